import { EC2Client } from "@aws-sdk/client-ec2";
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { resourcePrefix } from "../../config/derive";
import { type Item, tally } from "./check";
import { activeLoadBalancer, loadBalancer } from "./load-balancer";
import { syncFunctionName } from "./sync-lambda";
import { deployCommand, type Target } from "./target";
import { difference, nodeAddresses, presentTargets } from "./target-parity";

/** The NLB, and whether its targets are the ALB. */
export function nlbTargetItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const prefix = resourcePrefix(environment);
  const deploy = deployCommand(target, "privatelink-service");
  const elb = new ElasticLoadBalancingV2Client(clientOptions);
  const targetGroups = async () => {
    const { LoadBalancerArn } = await loadBalancer(elb, `${prefix}-nlb`);
    const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
    return Promise.all(
      TargetGroups.map(async ({ TargetGroupArn, TargetGroupName }) => {
        return { name: TargetGroupName ?? "", targets: await presentTargets(elb, TargetGroupArn ?? "") };
      }),
    );
  };

  return [
    { ...activeLoadBalancer(elb, `${prefix}-nlb`, "NLB"), next: deploy },
    {
      item: "every target of the NLB is healthy",
      next: "docs/ip-sync.md, what to do when an alarm fires",
      async look() {
        const targets = (await targetGroups()).flatMap((group) =>
          group.targets.map((one) => ({ ...one, group: group.name })),
        );
        return tally(
          targets,
          ({ state }) => state === "healthy",
          ({ group, id, state }) => `${id} in ${group} ${state}`,
        );
      },
    },
    {
      item: "the NLB's targets are the ALB's addresses",
      next: `aws lambda invoke --function-name ${syncFunctionName(environment)} /dev/stdout; then its log: aws logs tail /${prefix}/alb-ip-sync`,
      async look() {
        if (environment.privatelink.albTargetMode !== "ip-sync")
          return { good: undefined, saw: "privatelink.albTargetMode is alb-target" };
        const { LoadBalancerArn = "" } = await loadBalancer(elb, `${prefix}-alb`);
        const nodes = await nodeAddresses(new EC2Client(clientOptions), LoadBalancerArn);
        const groups = await targetGroups();
        const equal = groups.filter(({ targets }) => {
          const { missing, surplus } = difference(
            nodes,
            targets.map(({ id }) => id),
          );
          return missing.length + surplus.length === 0;
        });
        return {
          good: nodes.length > 0 && equal.length === groups.length,
          saw: `ALB at ${nodes.join(", ")}; equal in ${equal.length} of ${groups.length} target groups`,
        };
      },
    },
  ];
}
