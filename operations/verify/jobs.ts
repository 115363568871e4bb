import { DescribeTaskDefinitionCommand, DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { resourcePrefix } from "../../config/derive";
import { stackId } from "../../config/stack-ids";
import { workloadPrefix } from "../../config/workloads";
import { jobsTarget } from "../one-off-tasks/target";
import type { Item } from "./check";
import { deployCommand, type Target } from "./target";

/** Each job: what it would run, and how its last run ended, which ECS remembers for about an hour. */
export function jobItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const ecs = new ECSClient(clientOptions);
  const cluster = resourcePrefix(environment);
  return Object.keys(environment.jobs).flatMap((name): Item[] => [
    {
      item: `job ${name} can be started`,
      next: deployCommand(target, "compute"),
      async look() {
        const outputs = target.outputs[stackId("compute", environment)] ?? {};
        const { taskDefinitionArn: taskDefinition } = jobsTarget(environment.name, outputs, name);
        const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
        return { good: found?.status === "ACTIVE", saw: `${found?.family}:${found?.revision} ${found?.status}` };
      },
    },
    {
      item: `the last run of job ${name} has not failed`,
      next: `see its log: npx ecs-privatelink logs job-${name} --env ${environment.name}; then run it again: npx ecs-privatelink job --env ${environment.name} --job ${name}`,
      async look() {
        const family = workloadPrefix(environment, { kind: "job", name });
        const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, family, desiredStatus: "STOPPED" }));
        if (taskArns.length === 0) return { good: undefined, saw: "none in the last hour" };
        const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
        const last = tasks.reduce((one, other) => (later(one.stoppedAt, other.stoppedAt) ? other : one));
        const code = last.containers?.[0]?.exitCode;
        return { good: code === 0, saw: `exit code ${code ?? "none"}: ${last.stoppedReason}` };
      },
    },
  ]);
}

const later = (one: Date | undefined, other: Date | undefined) => Number(other ?? 0) > Number(one ?? 0);
