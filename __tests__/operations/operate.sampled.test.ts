import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../config/project";
import { timeSpan } from "../../engine/arguments";
import { daysSince } from "../../operations/logs/read-logs";
import { sample } from "../lane";
import { temporaryFolder } from "../temporary-folder";
import { calledActions, documentedStatements } from "./documented-policy";

const LOAD_BALANCER = "verify/load-balancer.ts";

test.each([
  ["Doctor", "doctor", []],
  ["Status", "status", [LOAD_BALANCER]],
  ["Logs", "logs", [LOAD_BALANCER]],
])("the documented policy %s allows exactly the calls of the command, none of which writes", (sid, folder, more) => {
  const statements = documentedStatements("operate.md").filter(({ Sid }) => Sid === sid);
  const actions = statements.flatMap(({ Action }) => Action);
  expect([...actions].sort()).toEqual(calledActions(folder, more));
  expect(actions.filter((action) => !/:(Describe|List|Get|Filter)[A-Za-z]+$/.test(action))).toEqual([]);
});

test.each([
  ["30s", 30_000],
  ["15m", 900_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["15", undefined],
  ["-5m", undefined],
  ["1w", undefined],
  ["", undefined],
])("time span %j is %j ms", (text, expected) => {
  expect(timeSpan(text)).toBe(expected);
});

test("access logs are looked for in the folder of each day, in UTC", () => {
  const now = Date.parse("2026-03-01T00:10:00Z");
  expect(daysSince(now - 900_000, now)).toEqual(["2026/02/28", "2026/03/01"]);
});

describe("doctor on a machine without Terraform, Python, Docker and credentials", () => {
  const bin = temporaryFolder("bare-machine");
  beforeAll(() => {
    symlinkSync(process.execPath, join(bin, "node"));
  });

  test("says of each what it is for and how to get it, and ends with 1", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [projectPath("cli/ecs-privatelink.mjs"), "doctor", "--env", "dev"],
      {
        encoding: "utf8",
        env: { PATH: bin, HOME: bin, DOCKER_HOST: `unix://${bin}/none.sock`, AWS_EC2_METADATA_DISABLED: "true" },
      },
    );
    expect(stderr).toBe("");
    expect(status).toBe(1);
    expect(stdout).toContain(`✔ Node.js: ${process.versions.node}`);
    expect(stdout).toMatch(/✖ Terraform: .*not found in PATH\n {4}for: .*\n {4}fix: Terraform ≥ 1\.11/);
    expect(stdout).toMatch(/✖ Python: python3 is not in PATH\n {4}for: .*\n {4}fix: Python ≥ 3\.10/);
    expect(stdout).toMatch(/– Docker: .*\n {4}for: .*\n {4}fix: /);
    expect(stdout).toMatch(/– AWS credentials: .*\n {4}for: .*\n {4}fix: /);
    expect(stdout).toContain("missing: Terraform, Python");
  }, 300_000);
});

const refused: [string, string[], RegExp][] = [
  [
    "a source that does not exist",
    ["logs", "tasks", "--env", "dev"],
    /task, sync, consumers, load-balancer, data-load/,
  ],
  ["a time span that is none", ["logs", "--env", "dev", "--since", "soon"], /"soon" is no time span/],
  ["an environment with a typing error", ["status", "--env", "dve"], /Did you mean "dev"\?/],
];

test.each(sample(refused, 3))(
  "%s is refused before AWS is asked",
  (_what, args, message) => {
    const program = projectPath("cli/ecs-privatelink.mjs");
    const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  },
  300_000,
);
