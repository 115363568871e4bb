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

void main(process.argv.slice(2));

/**
 * Runs the checks side by side with the tests.
 *
 * @param jestArguments passed on, e.g. a folder below `__tests__`
 */
async function main(jestArguments: readonly string[]): Promise<void> {
  const checks = Promise.all(CHECKS.map((part) => run(part, "pipe")));
  const jest = await run({ title: "tests", command: [join(BIN, "jest/bin/jest.js"), ...jestArguments] }, "inherit");
  const results = [...(await checks), jest];
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
