import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import { Command } from "commander";
import { runTask } from "./run-task";
import { readTarget, regionOf } from "./target";

interface Options {
  readonly env: string;
  readonly dryRun: boolean;
  readonly outdir: string;
}

const program = new Command("npm run load-data --")
  .description(
    "Runs an environment's data load as a task on its cluster: migrations, then seed data. Prints the task's log; the exit code is the task's.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--dry-run", "only list what would run", false)
  .option("--outdir <folder>", "folder that CDKTF synthesized into", "cdktf.out")
  .action(run);

async function run({ dryRun, env, outdir }: Options): Promise<void> {
  const target = await readTarget(env, outdir);
  const region = regionOf(target.clusterArn);
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  process.once("SIGTERM", () => interrupt.abort());
  process.exitCode = await runTask({
    ecs: new ECSClient({ region }),
    logs: new CloudWatchLogsClient({ region }),
    target,
    dryRun,
    print: (line) => console.log(line),
    interrupt: interrupt.signal,
  });
}

program.parseAsync().catch((error: unknown) => {
  console.error(`load-data: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
