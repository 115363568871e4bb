import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { entries } from "../../cli/commands";
import { projectPath } from "../../config/project";
import { type Emulator, ensurePythonEnvironment, startEmulator } from "../../proof/lab/emulator";
import type { Answer } from "../cli/calls";
import { sample, thorough } from "../lane";
import { temporaryFolder } from "../temporary-folder";
import { inTerminal, KEYS, type TerminalRun, type Typed } from "../terminal";

/** Every command in a terminal: how it is explained there, how it refuses, and how its progress and its questions end. */
const program = projectPath("cli/ecs-privatelink.mjs");

/** What no person should see. */
const stackTrace = /\n\s+at .*:\d+:\d+/;
const NARROW = 72;

/** Loads all commands, which takes too long for the quick lane. */
(thorough ? describe : describe.skip)("every command", () => {
  /** Calls the program several times in one process in a terminal: starting each takes longer than answering. */
  async function callInTerminal(calls: readonly (readonly string[])[], env: NodeJS.ProcessEnv): Promise<Answer[]> {
    const { written } = await inTerminal(["--import", "tsx", projectPath("__tests__/cli/call-each.ts")], {
      columns: NARROW,
      env: { ...env, CALLS: JSON.stringify(calls) },
    });
    return JSON.parse(written) as Answer[];
  }
  const names = entries.map(({ name }) => name.split(" "));
  const named = (answers: readonly Answer[]) => answers.map((answer, index) => ({ ...answer, name: names[index] }));

  test("explains itself within a narrow window, without colours where they are unwanted", async () => {
    const answers = await callInTerminal(
      names.map((name) => [...name, "--help"]),
      { NO_COLOR: "1" },
    );
    for (const { name, status, stdout } of named(answers)) {
      expect({ name, status }).toEqual({ name, status: 0 });
      // A word that no line can hold, such as an address, stands alone.
      const long = stdout.split("\n").filter((line) => line.length > NARROW && /\S +\S/.test(line.trim()));
      expect({ name, long }).toEqual({ name, long: [] });
      expect(stdout).not.toContain("\u001b");
    }
  });

  test("refuses an option that it has not", async () => {
    const refused = names.filter(([name]) => name !== "test");
    const answers = await callInTerminal(
      refused.map((name) => [...name, "--nonsense"]),
      {},
    );
    for (const { status, stderr } of answers) {
      expect(stderr).toMatch(/^Unknown option "--nonsense"/);
      expect(stderr).not.toMatch(stackTrace);
      expect(status).toBe(1);
    }
  });

  test("whose list does not fit has each description below its command", async () => {
    const [help] = await callInTerminal([["help"]], {});
    expect(help?.stdout.split("\n").filter((line) => /^ {6}/.test(line) && line.length > NARROW)).toEqual([]);
    expect(help?.stdout).toMatch(/\n {4}npx ecs-privatelink doctor\n {6}What/);
  });
});

/** Files that a module imports, itself included, as far as they are this project's. */
function importsOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
    const imported = `${join(dirname(file), path)}.ts`;
    if (existsSync(imported)) importsOf(imported, found);
  }
  return found;
}

/** Names of the commands that show steps, or ask. */
const showing = entries
  .filter(({ load }) => {
    const [, path = ""] = /import\("(.+?)"\)/.exec(load.toString()) ?? /require\("(.+?)"\)/.exec(load.toString()) ?? [];
    const files = importsOf(`${join(projectPath("cli"), path)}.ts`);
    return ["engine/show.ts", "operations/new-configuration/ask.ts"].some((file) => files.has(projectPath(file)));
  })
  .map(({ name }) => name);

interface Scenario {
  readonly does: string;
  readonly words: readonly string[];
  readonly typed?: readonly Typed[];
  /** Lines at the end, in any order. */
  readonly lines: readonly RegExp[];
  readonly exitCode: number;
  readonly columns?: number;
  /** The project's own configuration, with states in S3, instead of one with states on this machine. */
  readonly own?: boolean;
  /** With an emulated AWS, which the thorough lane alone starts. */
  readonly emulated?: boolean;
}

const folder = temporaryFolder("terminals");
let emulator: Emulator | undefined;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  // States on this machine, and an image that needs no Docker.
  const document = parseDocument(readFileSync(projectPath("config/environments/dev.yaml"), "utf8"));
  document.setIn(["backend"], { type: "local" });
  document.setIn(["application", "image"], { uri: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/app:1" });
  writeFileSync(join(folder, "dev.yaml"), document.toString());
  env = {
    CONFIG: join(folder, "dev.yaml"),
    CDKTF_OUTDIR: join(folder, "out"),
    // No AWS answers here.
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    AWS_ACCESS_KEY_ID: "AKIAAAAAAAAAAAAAAAAA",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  if (!thorough) return;
  await ensurePythonEnvironment(() => {});
  emulator = await startEmulator({ logFile: "/dev/null", accountId: "111122223333" });
}, 600_000);
afterAll(async () => {
  await emulator?.stop();
});

const run = ({ columns, emulated, own, typed, words }: Scenario): Promise<TerminalRun> =>
  inTerminal([program, ...words], {
    env: {
      ...env,
      ...(own && { CONFIG: projectPath("config/environments/dev.yaml") }),
      ...(emulated && { AWS_ENDPOINT_URL: emulator?.endpoint }),
    },
    ...(columns && { columns }),
    ...(typed && { typed }),
  });

/** Ctrl-C as soon as the first step is shown. */
const interrupted = (first: RegExp, ...words: string[]): Scenario => ({
  does: "interrupted at its first step",
  words,
  typed: [{ when: first, keys: KEYS.interrupt }],
  lines: [/interrupted/],
  exitCode: 130,
});

const dev = ["--env", "dev"];

const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  "new environment": [
    { ...interrupted(/Name\?/, "new", "environment", "--out", "/dev/null"), does: "interrupted at its first question" },
  ],
  "new consumer": [
    { ...interrupted(/Name\?/, "new", "consumer", "--out", "/dev/null"), does: "interrupted at its first question" },
  ],
  bootstrap: [{ ...interrupted(/Prepare/, "bootstrap", ...dev), own: true }],
  deploy: [
    interrupted(/Step 1 of 3: Prepare/, "deploy", ...dev),
    {
      does: "worked: the plan, in a narrow window",
      emulated: true,
      words: ["deploy", ...dev, "--stack", "network-dev", "--dry-run"],
      columns: NARROW,
      lines: [/^Step 2 of 2: Plan/, /^✔ network-dev: .*\d/, /^Planned; nothing was changed/],
      exitCode: 0,
    },
    {
      does: "asked, and answered with no",
      emulated: true,
      words: ["deploy", ...dev, "--stack", "network-dev"],
      typed: [{ when: /Type "yes" to continue: /, keys: "no\r" }],
      lines: [/^Not approved; nothing was changed/],
      exitCode: 1,
    },
    {
      does: "interrupted at its question",
      emulated: true,
      words: ["deploy", ...dev, "--stack", "network-dev"],
      typed: [{ when: /Type "yes" to continue: /, keys: KEYS.interrupt }],
      lines: [/interrupted/],
      exitCode: 130,
    },
  ],
  accept: [{ ...interrupted(/Step 1 of/, "accept", ...dev, "--confirm", "dev"), own: true }],
  "load-data": [
    interrupted(/Prepare/, "load-data", ...dev),
    {
      does: "failed: nothing is deployed",
      words: ["load-data", ...dev],
      lines: [/^✔ Terraform: \S+ \(/, /^load-data: compute-dev has no output dataLoad/],
      exitCode: 1,
    },
  ],
  job: [interrupted(/Prepare/, "job", ...dev, "--job", "nightly")],
  verify: [interrupted(/Prepare/, "verify", ...dev)],
  drift: [interrupted(/Step 1 of 2: Prepare/, "drift", ...dev)],
  teardown: [interrupted(/Prepare/, "teardown", ...dev)],
  connections: [interrupted(/Prepare/, "connections", ...dev, "list")],
  invite: [
    { does: "failed: nothing is deployed", words: ["invite", ...dev], lines: [/^invite: .*not deployed/], exitCode: 1 },
  ],
  "hcp run": [
    {
      does: "failed: the states are not in HCP Terraform",
      words: ["hcp", "run", ...dev],
      lines: [/^hcp run: .*backend\.type is local/],
      exitCode: 1,
    },
  ],
  rehearse: [interrupted(/Step 1 of/, "rehearse", ...dev, "--stack", "network-dev", "--no-docker")],
  "rehearse-runbook": [interrupted(/Prepare/, "rehearse-runbook")],
  faults: [interrupted(/Prepare|Step 1/, "faults", "--quick")],
  "migrate hcl": [interrupted(/Prepare/, "migrate", "hcl", "--env", "dev")],
};

test("every command that shows steps or asks has a scenario: add one for a new command", () => {
  expect(showing).toContain("deploy");
  expect(showing.filter((name) => scenarios[name] === undefined)).toEqual([]);
});

const all = Object.entries(scenarios).flatMap(([name, own]) => own.map((scenario) => ({ ...scenario, name })));

test.each(
  sample(
    all.filter(({ emulated }) => thorough || !emulated),
    12,
  ),
)("$name: $does", async (scenario) => {
  const { exitCode, lines, written } = await run(scenario);
  for (const line of scenario.lines) expect(lines).toContainEqual(expect.stringMatching(line));
  expect(written).not.toMatch(stackTrace);
  // What an interrupt has ended has not failed.
  if (scenario.exitCode === 130) expect(lines.filter((line) => line.startsWith("✖"))).toEqual([]);
  expect(exitCode).toBe(scenario.exitCode);
});
