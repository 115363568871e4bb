import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import { stackId } from "../../config/stack-ids";
import { configurationOf, deployedOutputs, type Outputs } from "../../engine/deployed-outputs";
import type { Interruption } from "../../engine/terraform/interruption";
import { type RunTaskOptions, runTask } from "./run-task";
import { regionOf, type TaskTarget } from "./target";

/** Options of every command that runs a task of a deployed environment. */
export interface TaskOptions {
  readonly env: string;
  readonly outdir?: string;
}

/** Outputs of an environment's compute stack. */
export async function computeOutputs({ env, outdir }: TaskOptions, interruption: Interruption): Promise<Outputs> {
  const configuration = configurationOf(env, outdir);
  const stack = stackId("compute", { name: env });
  const outputs = await deployedOutputs({ configuration, environment: env, stacks: [stack], outdir, interruption });
  return outputs.get(stack) ?? {};
}

/** Runs a task with the credentials of this machine, prints its log, and returns its exit code. */
export function runDeployed(
  target: TaskTarget,
  interruption: Interruption,
  options: Pick<RunTaskOptions, "append" | "startedBy" | "timeoutMilliseconds">,
): Promise<number> {
  const region = regionOf(target.clusterArn);
  return runTask({
    ...options,
    ecs: new ECSClient({ region }),
    logs: new CloudWatchLogsClient({ region }),
    target,
    print: (line) => console.log(line),
    interrupt: interruption.stop,
  });
}
