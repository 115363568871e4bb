import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { ConfigurationError } from "../../config/problem";
import { projectPath } from "../../config/project";
import type { Configuration } from "../../config/schema";
import { synthesize } from "../../synth/synthesize";
import { consumerOf, environmentOf } from "../synth";

/** A consumer with ports; only those with a listener are open. */
const configuration = (ports?: number[]): Configuration => ({
  environments: [environmentOf({ privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" } })],
  consumers: [
    consumerOf({
      region: "eu-central-1",
      accountId: "111122223333",
      service: { environment: "test", ...(ports && { ports }) },
      vpc: { cidr: "10.90.0.0/24" },
    }),
  ],
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "door-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every file below a folder with its content. */
const contents = (of: string) =>
  Object.fromEntries(
    globSync("**", { cwd: of, dot: true }).map((file) => [file, readFileSync(join(of, file), "utf8")]),
  );

test("a configuration whose paths are open is written, and nothing else remains beside it", () => {
  const stacks = synthesize(configuration(), join(folder, "out"));
  expect(stacks.map(({ id }) => id)).toContain("privatelink-service-test");
  expect(readdirSync(folder)).toEqual(["out"]);
});

test("a refusal leaves the output folder as it was", () => {
  const out = join(folder, "out");
  synthesize(configuration(), out);
  const before = contents(out);
  expect(() => synthesize(configuration([8443]), out)).toThrow(ConfigurationError);
  expect(contents(out)).toEqual(before);
  expect(readdirSync(folder)).toEqual(["out"]);
});

test("a refusal of the first synth writes nothing at all", () => {
  expect(() => synthesize(configuration([8443]), join(folder, "out"))).toThrow(ConfigurationError);
  expect(readdirSync(folder)).toEqual([]);
});

test("what Terraform works with in a stack's folder is kept, the JSON is replaced", () => {
  const out = join(folder, "out");
  synthesize(configuration(), out);
  const stack = join(out, "stacks", "network-test");
  mkdirSync(join(stack, ".terraform"));
  writeFileSync(join(stack, ".terraform", "environment"), "default");
  writeFileSync(join(stack, "cdk.tf.json"), "{}");
  synthesize(configuration(), out);
  expect(existsSync(join(stack, ".terraform", "environment"))).toBe(true);
  expect(readFileSync(join(stack, "cdk.tf.json"), "utf8")).toContain("aws_vpc");
});

test("no other file of the project synthesizes", () => {
  const files = globSync(
    "{cli,config,engine,lambda,modules,operations,paths,proof,stacks,synth,upkeep}/**/*.{ts,tsx}",
    {
      cwd: projectPath(),
      ignore: "**/node_modules/**",
    },
  ).filter((file) => /buildApp\(/.test(readFileSync(projectPath(file), "utf8")));
  expect(files.sort()).toEqual(["stacks/app.ts", "synth/synthesize.ts"]);
});
