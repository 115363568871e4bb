import { join } from "node:path";
import { uses } from "../../config/derive";
import { stackId } from "../../config/stack-ids";
import { type ProcessResult, runProcess } from "../../engine/terraform/process";
import { type Check, checked } from "../../operations/verify/check";
import { checkStep, type LookOptions } from "./look";
import type { Alongside } from "./stack-runs";

export interface OneOffTaskOptions extends LookOptions {
  readonly project: string;
  /** Environment variables that lead the command to the emulated AWS, and Terraform to its providers. */
  readonly env: NodeJS.ProcessEnv;
}

/** An exit code that nothing else of the commands gives. */
const FAILED = 3;
const FAILED_LINE = "migrations/003_x.sql line 4: syntax error";

/** A command that runs a task, and what comes of it. */
interface Attempt {
  readonly item: string;
  /** Words behind `npx ecs-privatelink`. */
  readonly command: readonly string[];
  /** How the task ends, and so has the command to. */
  readonly exitCode: number;
  /** What the task logs, and so has the command to print. */
  readonly line: string;
}

/** Runs `load-data` and each job against the emulated AWS as soon as the cluster is there; undefined where there is nothing to run. */
export function oneOffTaskStep(options: OneOffTaskOptions): Alongside | undefined {
  const compute = options.stacks.find(({ id }) => id === stackId("compute", options.environment));
  const attempts = [...dataLoads(options), ...jobRuns(options)];
  if (compute === undefined || attempts.length === 0) return undefined;
  const title = attempts.some(({ command: [first] }) => first === "job") ? "Data load and jobs" : "Data load";
  return { ...checkStep(title, () => run(attempts, options), options), dependencies: [compute.id] };
}

const dataLoads = ({ environment }: OneOffTaskOptions): Attempt[] =>
  uses(environment, "database")
    ? [
        {
          item: "a dry run prints what the task lists",
          command: ["load-data", "--dry-run"],
          exitCode: 0,
          line: "would run 001_item",
        },
        {
          item: "a load that fails ends with the task's exit code",
          command: ["load-data"],
          exitCode: FAILED,
          line: FAILED_LINE,
        },
        { item: "a load that works ends with 0", command: ["load-data"], exitCode: 0, line: "the data is loaded" },
      ]
    : [];

const jobRuns = ({ environment }: OneOffTaskOptions): Attempt[] =>
  Object.keys(environment.jobs).map((name) => ({
    item: `job ${name} runs on demand`,
    command: ["job", "--job", name],
    exitCode: 0,
    line: `${name} is done`,
  }));

async function* run(attempts: readonly Attempt[], options: OneOffTaskOptions): AsyncGenerator<Check> {
  for (const attempt of attempts) {
    const { exitCode, line } = attempt;
    // Nothing runs inside an emulated task: its log and exit code are planned.
    const logLines = [JSON.stringify({ level: exitCode === 0 ? 30 : 50, msg: line })];
    await options.emulator.planTaskEnd({ exitCode, logLines });
    yield judge(attempt, await start(options, attempt));
  }
}

function start(
  { env, environment, interruption, project, run: { logs, synth } }: OneOffTaskOptions,
  { command }: Attempt,
) {
  const given = ["cli/ecs-privatelink.mjs", ...command, "--env", environment.name, "--outdir", synth];
  const logFile = join(logs, `${command[0]}.log`);
  return runProcess(process.execPath, given, { cwd: project, env, interruption, logFile });
}

function judge({ command, exitCode, item, line }: Attempt, { exitCode: ended, stdout }: ProcessResult): Check {
  const printed = stdout.includes(line);
  const saw = `exit code ${ended}, the task's log ${printed ? "printed" : "NOT printed"}`;
  const next = `npm start -- --keep, then npx ecs-privatelink ${command.join(" ")} as it says`;
  return checked(item, ended === exitCode && printed, saw, next);
}
