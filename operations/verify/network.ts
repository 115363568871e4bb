import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { interfaceEndpoints } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { output, type Target } from "./target";

/** VPC, subnets, routes, NAT and endpoints. */
export function networkItems(target: Target): Item[] {
  const ec2 = new EC2Client(target.clientOptions);
  const { network } = target.environment;
  const stack = `network-${target.environment.name}`;
  const vpcId = () => output(target, stack, "vpcId");
  const inVpc = () => [{ Name: "vpc-id", Values: [vpcId()] }];

  return [
    {
      item: "VPC is available and resolves names",
      next: `npx cdktf deploy ${stack}`,
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
      item: "private and isolated subnets stand in at least two Availability Zones",
      next: `npx cdktf deploy ${stack}`,
      async look() {
        const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: inVpc() }));
        const zones = (kind: string) =>
          new Set(
            Subnets.filter(({ Tags }) =>
              Tags?.some(({ Key, Value }) => Key === "Name" && Value?.includes(`-${kind}-`)),
            ).map(({ AvailabilityZoneId }) => AvailabilityZoneId),
          ).size;
        const found = { private: zones("private"), isolated: zones("isolated") };
        const wanted = network.availabilityZoneCount;
        return {
          good: found.private === wanted && found.isolated === wanted,
          saw: `private in ${found.private} zones, isolated in ${found.isolated}, configured ${wanted}`,
        };
      },
    },
    {
      item: "isolated subnets have no way out of the VPC",
      next: `remove the route, then npx cdktf diff ${stack}`,
      async look() {
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
    {
      item: "NAT gateways are available",
      next: "see the failure message of the NAT gateway in the VPC console",
      async look() {
        if (network.natGateways === "none") return { good: undefined, saw: "network.natGateways is none" };
        const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: inVpc() }));
        const present = NatGateways.filter(({ State }) => State !== "deleted");
        return tally(
          present,
          ({ State }) => State === "available",
          ({ NatGatewayId, State }) => `${NatGatewayId} ${State}`,
        );
      },
    },
    {
      item: "endpoints of AWS services are available",
      next: `npx cdktf deploy ${stack}`,
      async look() {
        const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: inVpc() }));
        const wanted = ["s3", ...interfaceEndpoints(target.environment)];
        const available = VpcEndpoints.filter(({ State }) => State?.toLowerCase() === "available").map(
          ({ ServiceName = "" }) => ServiceName.replace(`com.amazonaws.${target.environment.region}.`, ""),
        );
        return tally(
          wanted,
          (service) => available.includes(service),
          (service) => service,
        );
      },
    },
  ];
}
