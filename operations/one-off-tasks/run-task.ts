import { setTimeout as sleep } from "node:timers/promises";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import type { TaskTarget } from "./target";
import { TaskLog } from "./task-log";

export interface RunTaskOptions {
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly target: TaskTarget;
  /** What starts the task, as ECS shows it. */
  readonly startedBy: string;
  /** Put behind the command of the task definition. */
  readonly append?: readonly string[];
  /** When the task is stopped if it has not ended, in ms. Default: never. */
  readonly timeoutMilliseconds?: number;
  /** Gets the task's log lines and what happens to the task. */
  readonly print: (line: string) => void;
  /** When it aborts, the task is stopped; what it had not finished is rolled back. */
  readonly interrupt?: AbortSignal;
  /** Time between two looks at the task, in ms. @default 2000 */
  readonly pollMilliseconds?: number;
  /** How long ECS may not know a task that it has just started, in ms. @default 60000 */
  readonly unknownMilliseconds?: number;
}

/**
 * Runs a one-off task and follows its log until it has stopped.
 *
 * @returns the exit code of the task's container
 * @throws Error if ECS can't start the task, or stopped it before its container ran
 */
export async function runTask(options: RunTaskOptions): Promise<number> {
  const { ecs, interrupt, print, target } = options;
  const taskArn = await startTask(options);
  const taskId = taskArn.split("/").at(-1) ?? taskArn;
  print(`task ${taskId} in ${target.clusterArn.split("/").at(-1)}, log group ${target.logGroupName}`);

  const log = new TaskLog(options.logs, {
    group: target.logGroupName,
    stream: `${target.logStreamPrefix}/${target.containerName}/${taskId}`,
  });
  let status: string | undefined;
  let stopped = false;
  let known = false;
  const startedAt = Date.now();
  for (;;) {
    const reason = stopped ? undefined : reasonToStop(options, startedAt);
    if (reason !== undefined) {
      print(`${reason}: stopping the task`);
      await ecs.send(new StopTaskCommand({ cluster: target.clusterArn, task: taskArn, reason }));
      stopped = true;
    }
    const task = await describe(ecs, target.clusterArn, taskArn);
    if (task === undefined) {
      // ECS is eventually consistent: it may not know yet what it has just started.
      // Source: Amazon ECS API Reference, "RunTask".
      if (known || Date.now() - startedAt > (options.unknownMilliseconds ?? 60_000))
        throw new Error(`ECS doesn't know ${taskArn}: see whether it runs before you start it again`);
      await sleep(options.pollMilliseconds ?? 2_000);
      continue;
    }
    known = true;
    // Fetched after the status: when that says stopped, all lines were sent.
    await log.printNew(print);
    if (task.lastStatus === "STOPPED") {
      await log.printRest(print, options.pollMilliseconds ?? 2_000);
      const code = exitCode(task, target.containerName);
      print(`task ended with exit code ${code}`);
      return code;
    }
    if (task.lastStatus !== status) print(`task is ${task.lastStatus?.toLowerCase()}`);
    status = task.lastStatus;
    await sleep(options.pollMilliseconds ?? 2_000, undefined, { signal: stopped ? undefined : interrupt }).catch(
      () => {},
    );
  }
}

function reasonToStop({ interrupt, timeoutMilliseconds }: RunTaskOptions, startedAt: number): string | undefined {
  if (interrupt?.aborted) return "interrupted";
  if (timeoutMilliseconds === undefined || Date.now() - startedAt < timeoutMilliseconds) return undefined;
  return `not ended after ${timeoutMilliseconds / 60_000} minutes`;
}

async function startTask({ append = [], ecs, startedBy, target }: RunTaskOptions): Promise<string> {
  const { failures = [], tasks = [] } = await ecs.send(
    new RunTaskCommand({
      cluster: target.clusterArn,
      taskDefinition: target.taskDefinitionArn,
      count: 1,
      capacityProviderStrategy: [{ capacityProvider: target.capacityProvider, weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: target.subnetIds,
          securityGroups: target.securityGroupIds,
          assignPublicIp: "DISABLED",
        },
      },
      startedBy,
      propagateTags: "TASK_DEFINITION",
      overrides:
        append.length > 0
          ? {
              containerOverrides: [
                { name: target.containerName, command: [...(await command(ecs, target)), ...append] },
              ],
            }
          : undefined,
    }),
  );
  const taskArn = tasks[0]?.taskArn;
  if (taskArn !== undefined) return taskArn;
  const reasons = failures.map(({ arn, detail, reason }) =>
    [reason, detail, arn && `(${arn})`].filter(Boolean).join(" "),
  );
  throw new Error(`ECS can't start the task: ${reasons.join("; ") || "no reason given"}`);
}

/** An override replaces the whole command, so the task definition's own is needed to add to it. */
async function command(ecs: ECSClient, target: TaskTarget): Promise<readonly string[]> {
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: target.taskDefinitionArn }),
  );
  const container = taskDefinition?.containerDefinitions?.find(({ name }) => name === target.containerName);
  if (!container?.command)
    throw new Error(`${target.taskDefinitionArn} has no container ${target.containerName} with a command`);
  return container.command;
}

async function describe(ecs: ECSClient, cluster: string, taskArn: string): Promise<Task | undefined> {
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
  return tasks[0];
}

function exitCode(task: Task, containerName: string): number {
  const container = task.containers?.find(({ name }) => name === containerName);
  if (container?.exitCode !== undefined) return container.exitCode;
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
  const reasons = [task.stoppedReason, container?.reason].filter(Boolean).join("; ");
  throw new Error(`the task stopped before its container ran: ${reasons || "no reason given"}`);
}
