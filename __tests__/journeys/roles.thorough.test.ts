import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { projectPath } from "../../config/project";
import { findTerraform } from "../../engine/terraform/binary";
import { prepareProviders } from "../../engine/terraform/providers";
import { temporaryFolder } from "../temporary-folder";
import { inTerminal, KEYS } from "../terminal";

/** The steps that five kinds of people take, as they take them: by commands, in a terminal where they have one. */
const program = projectPath("cli/ecs-privatelink.mjs");

/** An address where no AWS answers, and no credentials of whoever runs the tests. */
const nobody = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "x",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
};

const folder = temporaryFolder("journeys");

interface Outcome {
  readonly status: number;
  readonly text: string;
}

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = projectPath()) {
  const options = { cwd, env: { ...process.env, ...nobody, NO_COLOR: "1", ...env } };
  const { code, stderr, stdout } = await promisify(execFile)(command, args, options).then(
    (said) => ({ code: 0, ...said }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { status: code, text: `${stdout}${stderr}` };
}

const call = (...args: string[]): Promise<Outcome> => run(process.execPath, [program, ...args]);

/** What no person should see. */
const stackTrace = /\n\s+at .*:\d+:\d+/;

test("a platform engineer in the first hour: help, pictures, a file by questions, a mistake", async () => {
  const help = await inTerminal([program, "help"]);
  expect(help.exitCode).toBe(0);
  expect(help.lines.join("\n")).toContain("npx ecs-privatelink report");

  const environments = join(folder, "mine");
  const accept = (when: RegExp) => ({ when, keys: KEYS.enter });
  const asked = await inTerminal([program, "new", "environment", "--out", environments], {
    env: nobody,
    typed: [
      { when: /Name\?/, keys: `team${KEYS.enter}` },
      ...[/Stage\?/, /Region\?/].map(accept),
      { when: /account id.*\?/, keys: `333344445555${KEYS.enter}` },
      ...[/IPv4 range/, /NAT gateways\?/, /image\?/, /Who may connect/, /security group/].map(accept),
    ],
  });
  expect(asked.exitCode).toBe(0);

  const file = join(environments, "environments/team.yaml");
  const wrong = join(folder, "wrong.yaml");
  const content = parse(readFileSync(file, "utf8")) as { network?: object };
  writeFileSync(wrong, stringify({ ...content, network: { ...content.network, natGateway: "one" } }));
  const refused = await run(process.execPath, [program, "synth"], { CONFIG: wrong });
  expect(refused.status).toBe(1);
  expect(refused.text).toMatch(/wrong\.yaml:\d+:\d+ +network\.natGateway/);
  expect(refused.text).toMatch(/fix: +.*natGateways/);
  expect(refused.text).not.toMatch(stackTrace);
}, 300_000);

test("a consumer team with Terraform alone: the module is initialized, validated, and its example as well", async () => {
  const module = join(folder, "consumer-module");
  expect((await call("export-consumer", "--out", module)).status).toBe(0);
  const { command } = await findTerraform();
  const providers = await prepareProviders({
    binary: await findTerraform(),
    requirements: [{ source: "registry.terraform.io/hashicorp/aws", version: "5.100.0" }],
    folder: projectPath(".rehearsal", "providers-of-journeys"),
  });
  const example = join(module, "examples/simple");
  writeFileSync(join(example, ".terraform.lock.hcl"), providers.lockFile);
  const terraform = (...args: string[]) => run(command, args, providers.env, example);
  expect((await terraform("init", "-backend=false", "-input=false", "-no-color")).text).toContain("initialized");
  expect((await terraform("validate", "-no-color")).text).toContain("The configuration is valid");
}, 300_000);

test("a security reviewer: paths of production are proven, clear text there needs a reason, the pages are current", async () => {
  const paths = await call("paths", "--env", "prod");
  expect(paths.status).toBe(0);
  expect(paths.text).not.toMatch(/refuted|unknown/);

  const prod = parse(readFileSync(projectPath("config/environments/prod.yaml"), "utf8")) as {
    acknowledge?: Record<string, string>;
  };
  const { plaintext: _, ...others } = prod.acknowledge ?? {};
  const file = join(folder, "prod.yaml");
  writeFileSync(file, stringify({ ...prod, acknowledge: others }));
  const refused = await run(process.execPath, [program, "synth"], { CONFIG: file });
  expect(refused.status).toBe(1);
  expect(refused.text).toContain("certificateArn");
}, 300_000);

test("an engineer on call at night: a typo, no credentials, no advice that changes anything", async () => {
  const typo = await call("status", "--env", "dve");
  expect(typo).toMatchObject({ status: 1, text: expect.stringContaining('Did you mean "dev"?') });

  const [status, logs] = await Promise.all([
    call("status", "--env", "dev"),
    call("logs", "--env", "dev", "--since", "x"),
  ]);
  for (const { status: exitCode, text } of [status, logs]) {
    expect(exitCode).not.toBe(0);
    expect(text).not.toMatch(stackTrace);
    expect(text).not.toMatch(/migrate-state|cdktf deploy/);
  }
}, 300_000);

test("a reader of the report: one file that says when and from what it was made, and every verdict", async () => {
  const file = join(folder, "report.html");
  expect((await call("report", "--env", "prod", "--out", file)).status).toBe(0);
  expect(existsSync(file)).toBe(true);
  const page = readFileSync(file, "utf8");
  for (const section of ["Architecture", "Packet paths", "Stacks", "Rules", "Verification", "Monthly cost"])
    expect(page).toContain(`>${section}</h2>`);
  expect(page).toMatch(/must pass: all proven/);
  expect(page).toMatch(/commit [0-9a-f]{10}/);
  expect(page).not.toMatch(/(src|href)="https?:/);
}, 300_000);
