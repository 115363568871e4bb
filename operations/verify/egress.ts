import { DescribeNatGatewaysCommand, DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { interfaceEndpoints, providedInterfaceEndpoints } from "../../config/derive";
import { type Item, tally } from "./check";
import { EXISTING } from "./network";
import { deployCommand, output, type Target } from "./target";

/** How the private subnets reach AWS services: NAT gateways and VPC endpoints. */
export function egressItems(target: Target): Item[] {
  const ec2 = new EC2Client(target.clientOptions);
  const { network } = target.environment;
  const inVpc = () => [{ Name: "vpc-id", Values: [output(target, "network", "vpcId")] }];
  return [
    {
      item: "NAT gateways are available",
      next: "see the failure message of the NAT gateway in the VPC console",
      async look() {
        if (network.existing) return { good: undefined, saw: EXISTING };
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
      next: deployCommand(target, "network"),
      async look() {
        const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: inVpc() }));
        const wanted = [
          "s3",
          ...interfaceEndpoints(target.environment),
          ...providedInterfaceEndpoints(target.environment),
        ];
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
