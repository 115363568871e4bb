import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfiguration } from "../../../config/load";
import { projectPath } from "../../../config/project";
import { newConsumer } from "../../../operations/new-configuration/consumer";
import { newEnvironment } from "../../../operations/new-configuration/environment";
import { type Asked, gather, type NewFile, type Person } from "../../../operations/new-configuration/new-file";
import { render } from "../../../operations/new-configuration/render";
import { write } from "../../../operations/new-configuration/write";
import { synthesize } from "../../synth";

const development = {
  name: "staging",
  region: "eu-west-1",
  "account-id": "333344445555",
  "enforce-inbound-rules": "off",
  "allowed-principals": "arn:aws:iam::444455556666:root, arn:aws:iam::111122223333:root",
};
const production = {
  ...development,
  name: "live",
  stage: "production",
  cidr: "10.41.0.0/16",
  "nat-gateways": "perAz",
  image: "333344445555.dkr.ecr.eu-west-1.amazonaws.com/app:1",
  "enforce-inbound-rules": "on",
  "consumer-cidrs": "10.90.0.0/24",
  "alarm-emails": "platform@example.com",
  "plaintext-reason": "the certificate follows with the name",
};
const linked = { name: "team-a", service: "staging", region: "eu-west-1", "account-id": "333344445555" };
const foreign = {
  name: "team-b",
  service: "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
  region: "eu-west-1",
  "account-id": "444455556666",
  vpc: "vpc-0123456789abcdef0",
  "subnet-ids": "subnet-0123456789abcdef0",
  "client-cidrs": "10.90.0.0/24",
  "dns-mode": "private-hosted-zone",
  "dns-name": "app.example.internal",
  backend: "local",
};

const nothingKnown = { environments: [], cidrs: [] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "new-configuration-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function make(file: NewFile, flags: Record<string, string>, person?: Person): Promise<string> {
  const content = await gather(file, flags, person);
  return write(folder, file.kind, content.name, render(file, content));
}

test("what is written is loaded and synthesized, and every option has its sentence", async () => {
  const files = [
    await make(newEnvironment, development),
    await make(newEnvironment, production),
    await make(newConsumer, linked),
    await make(newConsumer, foreign),
  ];
  const configuration = loadConfiguration({ folder });
  expect(configuration.environments.map(({ stage }) => stage)).toEqual(["production", "development"]);
  expect(configuration.environments[1]?.privatelink.allowedPrincipals).toHaveLength(2);
  expect(Object.keys(synthesize(configuration).stacks)).toEqual(
    expect.arrayContaining(["privatelink-service-live", "compute-staging", "consumer-endpoint-team-a"]),
  );
  for (const file of files) {
    const lines = readFileSync(file, "utf8").split("\n");
    const options = lines.flatMap((line, index) => (/^ *[a-zA-Z0-9]+:/.test(line) ? [index] : []));
    expect(options.length).toBeGreaterThan(5);
    expect(options.filter((index) => !lines[index - 1]?.trim().startsWith("#"))).toEqual([]);
  }
});

test("questions are asked for what no flag says", async () => {
  const asked: string[] = [];
  const answers: Record<string, string> = { ...development, image: "build", "nat-gateways": "none" };
  const ask = async ({ check, flag, hint, message }: Asked) => {
    asked.push(flag);
    expect(message).toMatch(/^.{4,90}\?$/);
    expect(hint).toMatch(/^.{10,200}\.$/);
    const answer = answers[flag] ?? newEnvironment.questions.find((each) => each.flag === flag)?.proposal ?? "";
    expect(check(answer)).toBe(true);
    return answer;
  };
  await make(
    newEnvironment,
    { region: "eu-west-1" },
    { ask, folder: "config", surroundings: Promise.resolve(nothingKnown) },
  );
  expect(asked).toContain("cidr");
  expect(asked).not.toContain("region");
  // An answer before has made it meaningless.
  expect(asked).not.toContain("consumer-cidrs");
  expect(loadConfiguration({ folder }).environments[0]?.network.natGateways).toBe("none");
});

test("without a terminal, the flags that are missing are named", async () => {
  await expect(gather(newEnvironment, { name: "x1" }, undefined)).rejects.toThrow(
    "not running in a terminal: pass --region, --account-id, --enforce-inbound-rules;",
  );
});

test.each([
  ["a Region that does not exist", { region: "mars" }, "--region: given: mars; allowed: af-south-1"],
  ["a name that is no file name", { name: "Live!" }, "--name: given: Live!; allowed: 2 to 32 lower-case letters"],
  [
    "a flag that the answers have made meaningless",
    { "consumer-cidrs": "10.0.0.0/8" },
    "--consumer-cidrs has no meaning",
  ],
])("refuses %s", async (_what, change, message) => {
  await expect(make(newEnvironment, { ...development, ...change })).rejects.toThrow(message);
});

test("what the rules refuse is not written, and the message is theirs", async () => {
  const single = make(newEnvironment, { ...production, "nat-gateways": "single" });
  await expect(single).rejects.toThrow(
    /nothing was written, because the file would be invalid:[\s\S]*network\.natGateways/,
  );
  expect(existsSync(join(folder, "environments/live.yaml"))).toBe(false);
});

test("the other files count: the networks of two environments may not overlap", async () => {
  await make(newEnvironment, production);
  const second = make(newEnvironment, { ...production, name: "live2" });
  await expect(second).rejects.toThrow("live2.yaml");
  expect(existsSync(join(folder, "environments/live2.yaml"))).toBe(false);
});

test("a file that is there is not changed", async () => {
  const file = await make(newEnvironment, development);
  const before = readFileSync(file, "utf8");
  await expect(make(newEnvironment, { ...development, region: "eu-north-1" })).rejects.toThrow("already exists");
  expect(readFileSync(file, "utf8")).toBe(before);
});

describe("the command", () => {
  const command = (...args: string[]) => [
    projectPath("cli/ecs-privatelink.mjs"),
    "new",
    "environment",
    "--out",
    folder,
    ...args,
  ];

  test("writes a file from flags", () => {
    const flags = Object.entries(development).flatMap(([flag, value]) => [`--${flag}`, value]);
    const printed = execFileSync(process.execPath, command(...flags), { encoding: "utf8", stdio: "pipe" });
    expect(printed).toContain("npm start -- --env staging");
    expect(loadConfiguration({ folder }).environments).toHaveLength(1);
  });

  test("says in one line what is missing, without a stack trace", () => {
    const { status, stderr } = spawnSync(process.execPath, command("--name", "x1"), { encoding: "utf8", input: "" });
    expect(status).toBe(1);
    expect(stderr.trim()).toMatch(/^new environment: not running in a terminal: pass --region.*$/);
  });
});
