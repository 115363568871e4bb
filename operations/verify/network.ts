import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { zoneCount } from "../../config/derive";
import { stackId } from "../../config/stack-ids";
import { type Item, theOnly } from "./check";
import { changedSince } from "./network-snapshot";
import { deployCommand, output, type Target } from "./target";

export const EXISTING = "the VPC exists: its owner's affair, and conditions of the network stack's plan";

/** Paths through an existing VPC are proven from its snapshot: they hold as long as the VPC is what that says. */
const snapshotItem = (ec2: EC2Client, vpcId: string, { environment, sharing = [environment] }: Target): Item => ({
  item: "the existing VPC is what its snapshot says",
  next: `npx ecs-privatelink network-snapshot --env ${environment.name}, and review what has changed`,
  async look() {
    const changed = await changedSince(ec2, vpcId, sharing);
    if (!changed) return { good: undefined, saw: "no snapshot was taken: paths are unknown" };
    return {
      good: changed.length === 0,
      saw: changed.length === 0 ? "no difference" : `changed: ${changed.join(", ")}`,
    };
  },
});

/** A list of ids, as an output holds it. */
const theirs = (ids: unknown): string[] => (Array.isArray(ids) ? ids.map(String) : []);

/** VPC, subnets and their routes. */
export function networkItems(target: Target): Item[] {
  const ec2 = new EC2Client(target.clientOptions);
  const { network } = target.environment;
  const deploy = deployCommand(target, "network");
  const vpcId = () => output(target, "network", "vpcId");
  const inVpc = () => [{ Name: "vpc-id", Values: [vpcId()] }];

  return [
    {
      item: "VPC is available and resolves names",
      next: deploy,
      async look() {
        const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId()] }));
        const { State } = theOnly(Vpcs, "VPC");
        const { EnableDnsHostnames } = await ec2.send(
          new DescribeVpcAttributeCommand({ VpcId: vpcId(), Attribute: "enableDnsHostnames" }),
        );
        const { EnableDnsSupport } = await ec2.send(
          new DescribeVpcAttributeCommand({ VpcId: vpcId(), Attribute: "enableDnsSupport" }),
        );
        const names = Boolean(EnableDnsHostnames?.Value && EnableDnsSupport?.Value);
        return { good: State === "available" && names, saw: `${vpcId()} ${State}, DNS ${names ? "on" : "off"}` };
      },
    },
    {
      item: "private and isolated subnets are in at least two Availability Zones",
      next: deploy,
      async look() {
        const wanted = zoneCount(target.environment);
        if (network.existing) {
          const ids = theirs(target.outputs[stackId("network", target.environment)]?.privateSubnetIds);
          const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: ids }));
          const found = new Set(Subnets.map(({ AvailabilityZoneId }) => AvailabilityZoneId)).size;
          return { good: found === wanted, saw: `private in ${found} zones of an existing VPC, configured ${wanted}` };
        }
        const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: inVpc() }));
        const zones = (kind: string) =>
          new Set(
            Subnets.filter(({ Tags }) =>
              Tags?.some(({ Key, Value }) => Key === "Name" && Value?.includes(`-${kind}-`)),
            ).map(({ AvailabilityZoneId }) => AvailabilityZoneId),
          ).size;
        const found = { private: zones("private"), isolated: zones("isolated") };
        return {
          good: found.private === wanted && found.isolated === wanted,
          saw: `private in ${found.private} zones, isolated in ${found.isolated}, configured ${wanted}`,
        };
      },
    },
    ...(network.existing ? [snapshotItem(ec2, network.existing.vpcId, target)] : []),
    {
      item: "isolated subnets have no way out of the VPC",
      next: `remove the route, then npx ecs-privatelink drift --env ${target.environment.name}`,
      async look() {
        if (network.existing) return { good: undefined, saw: EXISTING };
        const { RouteTables = [] } = await ec2.send(
          new DescribeRouteTablesCommand({ Filters: [...inVpc(), { Name: "tag:Name", Values: ["*-isolated-*"] }] }),
        );
        const ways = RouteTables.flatMap(({ Routes = [] }) => Routes).filter(({ GatewayId }) => GatewayId !== "local");
        return {
          good: RouteTables.length > 0 && ways.length === 0,
          saw: `${RouteTables.length} route tables, ${ways.length} routes out of the VPC`,
        };
      },
    },
  ];
}
