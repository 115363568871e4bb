import { DescribeNetworkInterfacesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** A target that takes new connections, or will. */
export interface PresentTarget {
  readonly id: string;
  readonly state: string;
}

/** Private addresses of a load balancer's nodes, sorted. */
export async function nodeAddresses(ec2: EC2Client, loadBalancerArn: string): Promise<string[]> {
  const description = `ELB ${loadBalancerArn.split("loadbalancer/")[1]}`;
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "description", Values: [description] }] }),
  );
  return NetworkInterfaces.map(({ PrivateIpAddress = "" }) => PrivateIpAddress).sort();
}

/** Registered targets, without those that drain. */
export async function presentTargets(
  elb: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
): Promise<PresentTarget[]> {
  const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return TargetHealthDescriptions.map(({ Target, TargetHealth }) => ({
    id: Target?.Id ?? "",
    state: TargetHealth?.State ?? "",
  })).filter(({ state }) => state !== "draining");
}

/** What is in one list only. */
export function difference(wanted: readonly string[], found: readonly string[]) {
  return {
    missing: wanted.filter((one) => !found.includes(one)),
    surplus: found.filter((one) => !wanted.includes(one)),
  };
}
