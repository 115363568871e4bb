import { existsSync, readFileSync } from "node:fs";
import { schemaAt } from "../config/options";
import { projectPath } from "../config/project";
import { environmentSchema } from "../config/schema";
import { only, resources, synthesizeEnvironment } from "./synth";

const read = (file: string) => readFileSync(projectPath(file), "utf8");
const contributing = read("CONTRIBUTING.md");

test("every file that CONTRIBUTING.md sends to exists", () => {
  const rows = [...contributing.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = ""]) => cell);
  const files = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file));
  expect(files.length).toBeGreaterThan(15);
  expect(files.filter((file) => !existsSync(projectPath(file)))).toEqual([]);
});

describe("the option that CONTRIBUTING.md takes as its example", () => {
  const [, option = ""] = /Take `([^`]+)` as the example/.exec(contributing) ?? [];
  const path = option.split(".");

  test("is in the schema, in the editors' schema and in the option reference", () => {
    expect(schemaAt(environmentSchema, path)).toBeDefined();
    const [section = "", ...rest] = path;
    const schema = JSON.parse(read("config/environment.schema.json"));
    expect(path.reduce((node, part) => node?.properties?.[part], schema)?.description).toBeDefined();
    expect(read("docs/options.md").split(`### ${section}\n`)[1]).toContain(`\`${rest.join(".")}\``);
  });

  test("reaches the Terraform JSON", () => {
    const days = (retentionDays: 30 | 365) => {
      const network = synthesizeEnvironment({ network: { cidr: "10.20.0.0/16", flowLogs: { retentionDays } } })(
        "network",
      );
      expect(resources(network, "aws_flow_log")).toHaveLength(1);
      return only(network, "aws_cloudwatch_log_group").retention_in_days;
    };
    expect([days(30), days(365)]).toEqual([30, 365]);
  });
});

const things = [
  ...read("docs/finding-things.md").matchAll(/^\| (.+?) \| .+? \| \[(.+?)\]\(\.\.\/.+?\) \| `(.+?)` \|$/gm),
];

test.each(things.map(([, thing = "", file = "", word = ""]) => ({ thing, file, word })))(
  "$thing is in $file",
  ({ file, word }) => {
    expect(read(file)).toContain(word);
  },
);
