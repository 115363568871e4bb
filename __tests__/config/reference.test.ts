import { readFileSync } from "node:fs";
import Ajv, { type ValidateFunction } from "ajv";
import { parse } from "yaml";
import { allOptions, description } from "../../config/options";
import { projectPath } from "../../config/project";
import { consumerSchema, environmentSchema } from "../../config/schema";
import { changed } from "./changed";
import { consumer, environment } from "./support";

const committed = (file: string) => readFileSync(projectPath(file), "utf8");

test("every option has a one-sentence doc", () => {
  const undocumented = [environmentSchema, consumerSchema].flatMap((schema) =>
    [...allOptions(schema)].filter((option) => !/^\S.*\.$/.test(description(option.schema) ?? "")),
  );
  expect(undocumented.map(({ path }) => path.join("."))).toEqual([]);
});

describe("the JSON Schemas, read by a validator of its own", () => {
  const compile = (name: string): ValidateFunction =>
    new Ajv({
      strict: true,
      keywords: ["patternErrorMessage"],
      allErrors: true,
      formats: { email: /@/, date: /^\d{4}-\d\d-\d\d$/ },
    }).compile(JSON.parse(committed(`config/${name}.schema.json`)));
  const [isEnvironment, isConsumer] = [compile("environment"), compile("consumer")];

  test.each(["dev", "prod"])("take config/environments/%s.yaml", (name) => {
    expect(isEnvironment(parse(committed(`config/environments/${name}.yaml`)))).toBe(true);
  });

  test("take config/consumers/example.yaml", () => {
    expect(isConsumer(parse(committed("config/consumers/example.yaml")))).toBe(true);
  });

  test.each<[string, string, unknown]>([
    ["an unknown option", "network.natGatways", "none"],
    ["a wrong type", "application.cpu", "512"],
    ["a Region that does not exist", "region", "mars"],
    ["a number out of range", "application.containerPort", 70000],
    ["a text in another form", "accountId", "1234"],
    ["an entry that stands twice", "privatelink.supportedRegions", ["eu-west-1", "eu-west-1"]],
    ["a missing option", "stage", undefined],
  ])("refuse %s", (_what, path, value) => {
    expect(isEnvironment(environment)).toBe(true);
    expect(isEnvironment(changed(environment, { [path]: value }))).toBe(false);
  });

  test("refuse an unknown option of a consumer", () => {
    expect(isConsumer(consumer)).toBe(true);
    expect(isConsumer(changed(consumer, { "dns.zone": "x" }))).toBe(false);
  });
});
