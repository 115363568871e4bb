import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectPath } from "../config/project";

/** One part of `npm test`. */
interface Part {
  readonly title: string;
  /** JavaScript file that is run with Node, and its arguments. */
  readonly command: readonly [string, ...string[]];
}

const BIN = projectPath("node_modules");

const CHECKS: readonly Part[] = [
  { title: "types", command: [join(BIN, "typescript/bin/tsc"), "--noEmit"] },
  { title: "lint and format", command: [join(BIN, "@biomejs/biome/bin/biome"), "check", "--error-on-warnings"] },
  { title: "dead code", command: [join(BIN, "knip/bin/knip.js"), "--no-progress", "--no-config-hints"] },
  { title: "Lambda bundle", command: ["--import", "tsx", projectPath("operations/build-lambda.ts")] },
];

/** Tests that start Terraform, the emulated AWS or PostgreSQL many times over: minutes, so they have a command of their own. */
const THOROUGH = [
  "__tests__/container/",
  "__tests__/operations/(bootstrap|emulator|load-data|watch)/",
  "__tests__/operations/bench-sync.test.ts",
  "__tests__/operations/commands.test.ts",
  "__tests__/operations/rehearse/(command|ip-sync).test.ts",
  "__tests__/operations/report/browser.test.ts",
  "__tests__/operations/terraform/terraform.test.ts",
  "__tests__/terraform/plan-conditions.test.ts",
];

void main(process.argv.slice(2));

/**
 * Runs the checks side by side with the tests; with `--thorough`, the thorough tests alone.
 *
 * @param given jest's arguments; a path below `__tests__` runs whatever it names, thorough or not
 */
async function main(given: readonly string[]): Promise<void> {
  if (given.includes("--thorough")) {
    const rest = given.filter((argument) => argument !== "--thorough");
    return report([await jest(["--testPathPatterns", ...THOROUGH, ...rest])]);
  }
  const named = given.some((argument) => argument.includes("__tests__"));
  const left = named ? [] : ["--testPathIgnorePatterns", ...THOROUGH];
  const checks = Promise.all(CHECKS.map((part) => run(part, "pipe")));
  const tests = await jest([...given, ...left]);
  report([...(await checks), tests]);
  if (!named) console.log("\nnot run: the thorough tests (npm run test:thorough)");
}

type Result = Awaited<ReturnType<typeof run>>;

function jest(args: readonly string[]) {
  return run({ title: "tests", command: [join(BIN, "jest/bin/jest.js"), ...args] }, "inherit");
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
