import { join } from "node:path";
import { stackId } from "../../stacks/base";
import { type ProcessResult, runProcess } from "../terraform/process";
import type { Check } from "../verify/check";
import { checkStep, type LookOptions } from "./look";
import type { Alongside } from "./stack-runs";

export interface DataLoadOptions extends LookOptions {
  readonly project: string;
  /** Environment variables that lead the command to the emulated AWS, and Terraform to its providers. */
  readonly env: NodeJS.ProcessEnv;
}

/** An exit code that nothing else of the command gives. */
const FAILED_LOAD = 3;
const FAILED_LINE = "migrations/003_x.sql line 4: syntax error";

/** Runs `npm run load-data` against the emulated AWS as soon as the cluster is there; undefined without compute stack. */
export function dataLoadStep(options: DataLoadOptions): Alongside | undefined {
  const compute = options.stacks.find(({ id }) => id === stackId("compute", options.environment));
  if (compute === undefined) return undefined;
  return { ...checkStep("Data load", () => dataLoads(options), options), dependencies: [compute.id] };
}

async function* dataLoads(options: DataLoadOptions): AsyncGenerator<Check> {
  // Nothing runs inside an emulated task: its log and exit code are planned.
  const attempts: readonly Attempt[] = [
    { item: "a dry run prints what the task lists", flags: ["--dry-run"], exitCode: 0, line: "would run 001_item" },
    { item: "a load that fails ends with the task's exit code", flags: [], exitCode: FAILED_LOAD, line: FAILED_LINE },
    { item: "a load that works ends with 0", flags: [], exitCode: 0, line: "the data is loaded" },
  ];
  for (const attempt of attempts) {
    const { exitCode, line } = attempt;
    const logLines = [JSON.stringify({ level: exitCode === 0 ? 30 : 50, msg: line })];
    await options.emulator.planTaskEnd({ exitCode, logLines });
    yield judge(attempt, await load(options, attempt.flags));
  }
}

interface Attempt {
  readonly item: string;
  readonly flags: readonly string[];
  /** How the task ends, and so has the command to. */
  readonly exitCode: number;
  /** What the task logs, and so has the command to print. */
  readonly line: string;
}

function load({ env, environment, interruption, project, run }: DataLoadOptions, flags: readonly string[]) {
  const command = ["operations/prepare.mjs", "operations/load-data/main.ts"];
  const given = ["--env", environment.name, "--outdir", run.synth, ...flags];
  const logFile = join(run.logs, "load-data.log");
  return runProcess(process.execPath, [...command, ...given], { cwd: project, env, interruption, logFile });
}

function judge({ exitCode, item, line }: Attempt, { exitCode: ended, stdout }: ProcessResult): Check {
  const printed = stdout.includes(line);
  const saw = `exit code ${ended}, the task's log ${printed ? "printed" : "NOT printed"}`;
  return ended === exitCode && printed
    ? { item, status: "pass", saw }
    : { item, status: "fail", saw, next: "npm start -- --keep, then npm run load-data as it says" };
}
