import { Command } from "commander";
import { runCommand } from "../../engine/command";
import { outdirOption } from "../../engine/deployed-outputs";
import type { Interruption } from "../../engine/terraform/interruption";
import { computeOutputs, runDeployed, type TaskOptions } from "./deployed-task";
import { jobsTarget } from "./target";

interface Options extends TaskOptions {
  readonly job: string;
}

export const command = new Command("job")
  .description(
    "Runs one of an environment's jobs now, whether it has a schedule or not. Prints the task's log; the exit code is the task's. A run that takes longer than the job's timeout is stopped.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .requiredOption("--job <name>", "job of the environment's file, e.g. nightly")
  .option(...outdirOption)
  .action((options: Options) => runCommand("job", (interruption) => run(options, interruption)));

async function run(options: Options, interruption: Interruption): Promise<number> {
  const target = jobsTarget(options.env, await computeOutputs(options, interruption), options.job);
  return runDeployed(target, interruption, {
    startedBy: `job-${options.job}`,
    timeoutMilliseconds: target.timeoutMinutes * 60_000,
  });
}
