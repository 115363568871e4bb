import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { projectPath } from "../config/project";
import { inTemporaryFolder } from "../config/temporary-folder";

/** One part of `npm test`. */
interface Part {
  readonly title: string;
  /** JavaScript file that is run with Node, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Also where only what changed is of interest. */
  readonly always?: boolean;
}

const BIN = projectPath("node_modules");

const CHECKS: readonly Part[] = [
  { title: "types", command: [join(BIN, "typescript/bin/tsc"), "--noEmit"], always: true },
  {
    title: "lint and format",
    command: [join(BIN, "@biomejs/biome/bin/biome"), "check", "--error-on-warnings"],
    always: true,
  },
  { title: "dead code", command: [join(BIN, "knip/bin/knip.js"), "--no-progress", "--no-config-hints"] },
  { title: "Lambda bundles", command: ["--import", "tsx", projectPath("lambda/build-bundle.ts")] },
];

/**
 * A synth makes millions of short-lived objects. With V8's default of 16 MiB for new ones, a quarter of the tests' time is
 * garbage collection. Jest passes the option to its workers.
 */
const ROOMY = "--max-semi-space-size=64";

/**
 * Tests that start Terraform, the emulated AWS or PostgreSQL many times: they take minutes, so they have a command of their
 * own. A test file says so itself, by its name.
 */
const THOROUGH = ["\\.thorough\\.test\\.ts$"];

/**
 * `npm test` runs its files in two processes without jest's isolation of each: half of the time were modules that each file
 * loaded for itself. The thorough lane runs the sampled ones with it.
 */
const LIGHT = [
  "--setupFiles",
  projectPath("__tests__/without-isolation.mjs"),
  "--runner",
  require.resolve("jest-light-runner/child-process"),
];

/** Tests of which `npm test` runs a sample of the cases, and `npm run test:thorough` all: `__tests__/lane.ts`. */
const SAMPLED = ["\\.sampled\\.test\\.ts$"];

/** Benchmarks that compare their numbers with a page: many minutes of processor. */
const NIGHTLY = ["\\.nightly\\.test\\.ts$"];

export const command = new Command("test")
  .description(
    "Type-checks, lints, finds dead code, bundles the Lambda and runs the tests, side by side. Options that are not its own are handed to jest, and a path below __tests__ runs that folder.",
  )
  .option("--thorough", "only the tests that take minutes: terraform validate and test, emulator, PostgreSQL", false)
  .option("--changed", "types, lint, and only the tests that import what changed since the last commit", false)
  .option("--slowest", "list the ten slowest tests and files at the end", false)
  .option("--nightly", "only the tests that take many minutes: the benchmark of the sync Lambda", false)
  .argument("[jest...]", "options and paths for jest")
  .allowUnknownOption()
  .action((given: string[], options: Options) => main(given, options));

interface Options {
  readonly thorough: boolean;
  readonly nightly: boolean;
  readonly changed: boolean;
  readonly slowest: boolean;
}

/**
 * Runs the checks side by side with the tests; with `--thorough` or `--nightly`, those alone.
 *
 * @param given jest's arguments; a path below `__tests__` runs whatever it names, thorough or not
 */
async function main(given: readonly string[], options: Options): Promise<void> {
  const named = given.some((argument) => argument.includes("__tests__"));
  const results: Result[] = [];
  if (options.thorough) {
    process.env.TEST_LANE = "thorough";
    results.push(await jest(["--testPathPatterns", ...THOROUGH, ...SAMPLED, ...given], options));
  } else if (options.nightly) results.push(await jest(["--testPathPatterns", ...NIGHTLY, ...given], options));
  else {
    const left = named ? [] : ["--testPathIgnorePatterns", ...THOROUGH, ...NIGHTLY];
    const only = options.changed ? ["--onlyChanged", "--passWithNoTests"] : [];
    const checks = Promise.all(
      CHECKS.filter(({ always }) => always || !options.changed).map((part) => run(part, "pipe")),
    );
    const tests = await jest([...(named ? [] : LIGHT), ...given, ...only, ...left], options);
    results.push(...(await checks), tests);
  }
  report(results);
  if (options.thorough || options.nightly || named) return;
  if (options.changed)
    console.log("\nnot run: dead code, the Lambda's bundle, and tests that import nothing of what changed");
  console.log(
    "\nnot run: the thorough tests (npm run test:thorough) and the nightly ones (npx ecs-privatelink test --nightly)",
  );
}

type Result = Awaited<ReturnType<typeof run>>;

/** Runs jest; its times are kept and listed where they are asked for. */
async function jest(args: readonly string[], { slowest }: Pick<Options, "slowest">): Promise<Result> {
  const part = (more: readonly string[]): Part => ({
    title: "tests",
    command: [ROOMY, join(BIN, "jest/bin/jest.js"), ...args, ...more],
  });
  if (!slowest) return run(part([]), "inherit");
  return inTemporaryFolder("jest", async (folder) => {
    const file = join(folder, "times.json");
    const result = await run(part(["--json", "--outputFile", file]), "inherit");
    listSlowest(JSON.parse(readFileSync(file, "utf8")) as JestTimes);
    return result;
  });
}

/** What is used of jest's own report. */
interface JestTimes {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly fullName: string; readonly duration?: number | null }[];
  }[];
}

/** The ten slowest files, imports included, and the ten slowest tests; both take longer while other processes run. */
function listSlowest({ testResults }: JestTimes): void {
  const files = testResults.map(({ endTime, name, startTime }) => ({
    title: relative(projectPath(), name),
    milliseconds: endTime - startTime,
  }));
  const tests = testResults.flatMap(({ assertionResults, name }) =>
    assertionResults.map(({ duration, fullName }) => ({
      title: `${relative(projectPath("__tests__"), name)}: ${fullName}`,
      milliseconds: duration ?? 0,
    })),
  );
  for (const [kind, times] of Object.entries({ files, tests })) {
    console.log(`\nslowest ${kind}`);
    for (const { milliseconds, title } of times.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 10))
      console.log(`${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${title.slice(0, 110)}`);
  }
}

function report(results: readonly Result[]): void {
  for (const { title, good, printed } of results) if (!good && printed !== "") console.log(`\n${title}:\n${printed}`);
  console.log();
  for (const { title, good, seconds } of results) {
    console.log(`${good ? "✔" : "✖"} ${title.padEnd(16)} ${seconds.toFixed(1).padStart(5)} s`);
  }
  process.exitCode = results.every(({ good }) => good) ? 0 : 1;
}

async function run({ title, command }: Part, output: "pipe" | "inherit") {
  const begin = Date.now();
  const printed: Buffer[] = [];
  const child = spawn(process.execPath, command, { cwd: projectPath(), stdio: ["ignore", output, output] });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => printed.push(data));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const seconds = (Date.now() - begin) / 1000;
  return { title, good: exitCode === 0, seconds, printed: Buffer.concat(printed).toString().trim() };
}
