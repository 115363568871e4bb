import { Command } from "commander";
import { runCommand } from "../../engine/command";
import { outdirOption } from "../../engine/deployed-outputs";
import type { Interruption } from "../../engine/terraform/interruption";
import { computeOutputs, runDeployed, type TaskOptions } from "./deployed-task";
import { dataLoadTarget } from "./target";

interface Options extends TaskOptions {
  readonly dryRun: boolean;
}

export const command = new Command("load-data")
  .description(
    "Runs an environment's data load as a task on its cluster: migrations, then seed data. Prints the task's log; the exit code is the task's.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--dry-run", "only list what would run", false)
  .option(...outdirOption)
  .action((options: Options) => runCommand("load-data", (interruption) => run(options, interruption)));

async function run(options: Options, interruption: Interruption): Promise<number> {
  const target = dataLoadTarget(options.env, await computeOutputs(options, interruption));
  return runDeployed(target, interruption, {
    startedBy: "load-data",
    append: options.dryRun ? ["--dry-run"] : [],
  });
}
