import { ECSClient } from "@aws-sdk/client-ecs";
import { resourcePrefix } from "../../config/derive";
import { partition } from "../../config/regions";
import type { Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { createdQueue, type WorkerOptions, workers, workloadPrefix } from "../../config/workloads";
import type { Step } from "../../engine/show";
import { count } from "../../engine/words";
import { type Check, checked } from "../../operations/verify/check";
import { describeService } from "../../operations/verify/rollout";
import { checkStep, type LookOptions } from "./look";

/** Messages that are sent to the queue of each worker. */
const BACKLOG = 2400;
/** An alarm of target tracking goes off after three minutes of too much, and after fifteen of too little. */
const MINUTES = { out: 8, in: 20 } as const;

interface Scaled {
  readonly name: string;
  readonly serviceName: string;
  readonly queueArn: string;
  readonly scale: WorkerOptions["scale"];
}

/** Gives every worker with a queue of its own a backlog and takes it away again; undefined where there is none. */
export function workerScalingStep(options: LookOptions): Step | undefined {
  const { environment, stacks } = options;
  const compute = stacks.some(({ id }) => id === stackId("compute", environment));
  if (!compute || workers(environment).every(({ options }) => createdQueue(options) === undefined)) return undefined;
  return checkStep("Scaling of the workers", () => scaleAll(options), options);
}

/** Tasks that work a backlog off within the latency that is acceptable, as far as the worker may have them. */
export function tasksFor({ acceptableLatencySeconds, from, secondsPerMessage, to }: WorkerOptions["scale"]): number {
  const wanted = Math.ceil((BACKLOG * secondsPerMessage) / acceptableLatencySeconds);
  return Math.min(to, Math.max(from, wanted));
}

async function* scaleAll({ clientOptions, emulator, environment }: LookOptions): AsyncGenerator<Check> {
  const ecs = new ECSClient(clientOptions);
  const all = scaledWorkers(environment);
  const scaled = async (messages: number, minutes: number) => {
    for (const { queueArn } of all) await emulator.setBacklog(queueArn, messages);
    const seen = new Map(all.map(({ name }) => [name, [] as number[]]));
    for (let minute = 0; minute <= minutes; minute++) {
      if (minute > 0) await emulator.advanceClock(60);
      for (const { name, serviceName } of all) {
        const { runningCount = 0 } = await describeService(ecs, resourcePrefix(environment), serviceName);
        seen.get(name)?.push(runningCount);
      }
    }
    return seen;
  };
  const out = await scaled(BACKLOG, MINUTES.out);
  const back = await scaled(0, MINUTES.in);
  for (const { name, scale } of all) {
    const messages = BACKLOG.toLocaleString("en");
    const wanted = tasksFor(scale);
    yield judge(`${messages} messages scale worker ${name} to ${count(wanted, "task")}`, out.get(name), wanted);
    yield judge(`worker ${name} is back at ${count(scale.from, "task")} without messages`, back.get(name), scale.from);
  }
}

const scaledWorkers = (environment: Environment): Scaled[] =>
  workers(environment).flatMap((worker) => {
    const { name, options } = worker;
    const queue = createdQueue(options);
    if (queue === undefined) return [];
    const serviceName = workloadPrefix(environment, worker);
    const { accountId, region } = environment;
    const queueName = `${serviceName}${queue.fifo ? ".fifo" : ""}`;
    const queueArn = `arn:${partition(region)}:sqs:${region}:${accountId}:${queueName}`;
    return [{ name, serviceName, queueArn, scale: options.scale }];
  });

function judge(item: string, tasks: readonly number[] = [], wanted: number): Check {
  const saw = `tasks by minute: ${tasks.join(", ")}`;
  return checked(item, tasks.at(-1) === wanted, saw, "modules/workloads/worker-scaling.ts");
}
