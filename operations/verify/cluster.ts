import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  type ContainerInstance,
  DescribeContainerInstancesCommand,
  ECSClient,
  paginateListContainerInstances,
} from "@aws-sdk/client-ecs";
import { hasInstances, resourcePrefix } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { output, type Target } from "./target";

/** The cluster's instances. */
export function clusterItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const prefix = resourcePrefix(environment);
  const ecs = new ECSClient(clientOptions);
  const cluster = () => output(target, "compute", "clusterName");
  return [
    {
      item: "every instance is registered with the cluster and its capacity provider",
      next: "without a capacity provider: terminate the instance, the Auto Scaling group replaces it; otherwise see /var/log/ecs/ecs-agent.log on the instance by Session Manager; npx ecs-privatelink paths shows its way to ECS",
      async look() {
        if (!hasInstances(environment.compute)) return { good: undefined, saw: "launch type FARGATE" };
        const { AutoScalingGroups } = await new AutoScalingClient(clientOptions).send(
          new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [`${prefix}-instances`] }),
        );
        const instances = (theOnly(AutoScalingGroups, "Auto Scaling group").Instances ?? [])
          .filter(({ LifecycleState }) => LifecycleState === "InService")
          .map(({ InstanceId = "" }) => InstanceId);
        const registered = await containerInstances(ecs, cluster());
        if (registered.length === 0) return { good: false, saw: `0 of ${instances.length}` };
        const joined = registered
          .filter(({ agentConnected, capacityProviderName, status }) => {
            return agentConnected && status === "ACTIVE" && capacityProviderName !== undefined;
          })
          .map(({ ec2InstanceId }) => ec2InstanceId);
        const found = tally(
          instances,
          (id) => joined.includes(id),
          (id) => id,
        );
        return { ...found, good: found.good && instances.length >= environment.compute.ec2.minimumInstances };
      },
    },
  ];
}

/** All instances of a cluster; ECS describes at most 100 at once, as many as it lists in a page. */
async function containerInstances(client: ECSClient, cluster: string): Promise<ContainerInstance[]> {
  const found: ContainerInstance[] = [];
  for await (const { containerInstanceArns = [] } of paginateListContainerInstances({ client }, { cluster })) {
    if (containerInstanceArns.length === 0) continue;
    const { containerInstances: page = [] } = await client.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }),
    );
    found.push(...page);
  }
  return found;
}
