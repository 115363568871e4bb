import { setTimeout as wait } from "node:timers/promises";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type Service,
} from "@aws-sdk/client-ecs";
import { type Finding, theOnly } from "./check";

/** A service of ECS, and whether alarms may still roll its deployment back. */
export interface DeployedService {
  readonly cluster: string;
  readonly service: string;
  readonly watched: boolean;
}

/** ECS watches a deployment for some minutes after its last task has started, and Terraform does not wait for that. */
const watchMinutes = 15;

/**
 * A service as ECS has it now.
 *
 * @throws Error where there is none
 */
export async function describeService(ecs: ECSClient, cluster: string, service: string): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return theOnly(services, `ECS service ${service}`);
}

/**
 * A service as ECS has it; where alarms watch its deployment, as it is once they no longer do, within a quarter of an hour.
 * Source: Amazon ECS Developer Guide, "How CloudWatch alarms detect Amazon ECS deployment failures", bake time.
 */
export async function settledService(
  ecs: ECSClient,
  { cluster, service, watched }: DeployedService,
  pause: (milliseconds: number) => Promise<unknown> = wait,
): Promise<Service> {
  const secondsBetween = 15;
  for (let left = watched ? (watchMinutes * 60) / secondsBetween : 0; ; left--) {
    const found = await describeService(ecs, cluster, service);
    const deploying = found.deployments?.some(({ rolloutState }) => rolloutState === "IN_PROGRESS");
    if (!deploying || left <= 0) return found;
    await pause(secondsBetween * 1000);
  }
}

/** Whether all tasks of a service run, and its deployment has ended. */
export function completeness({ deployments = [], desiredCount, runningCount, status }: Service): Finding {
  const rollout = deployments.map(({ rolloutState }) => rolloutState).join(", ");
  return {
    good: status === "ACTIVE" && runningCount === desiredCount && rollout === "COMPLETED",
    saw: `${status}, ${runningCount} of ${desiredCount} tasks run, deployment ${rollout}`,
  };
}

/** `<family>:<revision>` of a task definition. */
export const revisionOf = (arn = ""): string => arn.split("/").at(-1) ?? "";

/** Whether a service runs a revision; where a pipeline rolls revisions out, an older one is no fault. */
export function runsRevision(
  { taskDefinition }: Service,
  wanted: string | undefined,
  ownedBy: "pipeline" | "terraform",
): Finding {
  if (taskDefinition === wanted) return { good: true, saw: revisionOf(wanted) };
  const saw = `${revisionOf(taskDefinition)}, not ${revisionOf(wanted)}`;
  return ownedBy === "terraform"
    ? { good: false, saw }
    : { good: undefined, saw: `${saw}, which waits for the pipeline's next deployment` };
}

/** ARN of the newest revision of a service's family. */
export async function newestRevision(ecs: ECSClient, { taskDefinition }: Service): Promise<string | undefined> {
  const [family = ""] = revisionOf(taskDefinition).split(":");
  const newest = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
  return newest.taskDefinition?.taskDefinitionArn;
}
