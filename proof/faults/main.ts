import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { projectPath } from "../../config/project";
import { wholeNumber } from "../../engine/arguments";
import { runCommand } from "../../engine/command";
import { show } from "../../engine/show";
import type { Interruption } from "../../engine/terraform/interruption";
import { faultCases } from "./cases";
import { prepare } from "./prepare";
import { keep, outcomeTable, writePage } from "./report";
import { runCases } from "./run-case";

interface Options {
  readonly quick: boolean;
  readonly only?: string[];
  readonly runs: number;
  readonly seed: number;
  readonly write: boolean;
}

/** How long logs are kept, in ms. */
const KEPT_MS = 24 * 3600 * 1000;

export const command = new Command("faults")
  .description(
    "Injects failures while stacks are applied to the emulated AWS (killed Terraform, locks, API errors, wrong " +
      "credentials, full disk, interrupts) and says whether each ended as expected. Needs no AWS account and touches none.",
  )
  .option("--quick", "the short list: a minute and a half", false)
  .option("--only <words...>", "only cases whose name has one of these words (or several, separated by commas)")
  .option("--runs <number>", "runs with API faults (default: 100, with --quick 5)", wholeNumber)
  .option("--seed <number>", "first seed of everything that is random", wholeNumber, 1)
  .option("--write", "write the outcomes, and those of earlier calls with other cases, to docs/reliability.md", false)
  .action((options: Options) => runCommand("faults", (interruption) => run(options, interruption)));

async function run(options: Options, interruption: Interruption): Promise<number> {
  const folder = newFolder();
  const foundation = await prepare(folder, interruption);
  const all = faultCases(
    { foundation, interruption, folder },
    { ...options, runs: options.runs ?? (options.quick ? 5 : 100) },
  );
  const words = options.only?.flatMap((word) => word.toLowerCase().split(","));
  const chosen = all.filter(
    ({ name }) => words === undefined || words.some((word) => name.toLowerCase().includes(word)),
  );
  if (chosen.length === 0) {
    throw new Error(`no case has one of these words in its name; available: ${all.map(({ name }) => name).join("; ")}`);
  }
  const outcomes = await runCases(chosen, options.quick, show);
  console.log(`\n${outcomeTable(outcomes)}`);
  keep(outcomes);
  if (options.write) console.log(`\nwritten: ${writePage()}`);
  const bad = outcomes.filter(({ wrong }) => wrong.length > 0);
  console.log(
    `\n${outcomes.length - bad.length} of ${outcomes.length} faults ended as expected; logs: ${relative(projectPath(), folder)}`,
  );
  return bad.length === 0 ? 0 : 1;
}

/** Folder for synthesized stacks and logs; two calls may run at once. */
function newFolder(): string {
  const runs = projectPath(".rehearsal", "faults", "runs");
  mkdirSync(runs, { recursive: true });
  for (const old of readdirSync(runs)) {
    const path = join(runs, old);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
  return mkdtempSync(join(runs, `${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}-`));
}
