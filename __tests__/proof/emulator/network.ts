import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  type EC2Client,
  type Subnet,
} from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand,
  type ElasticLoadBalancingV2Client,
  type LoadBalancerTypeEnum,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Emulator, startEmulator } from "../../../proof/lab/emulator";

export const region = "eu-central-1";

/** What the tests share: an emulator, and SDK settings that reach it. */
export interface Context {
  readonly emulator: Emulator;
  readonly settings: ClientSettings;
  readonly registryHost: string;
  readonly logFile: string;
}

export async function startForTest(registryHost: string): Promise<Context> {
  const logFile = join(tmpdir(), `emulator-${randomUUID().slice(0, 8)}.log`);
  const emulator = await startEmulator({ logFile, registryHost });
  // all tests share one account
  await emulator.setQuotas({ vpcsPerRegion: 1000, elasticIpsPerRegion: 1000 });
  return { emulator, settings: settingsFor(emulator), registryHost, logFile };
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

export function settingsFor(emulator: Emulator, accessKeyId = "AKIAAAAAAAAAAAAAAAAA"): ClientSettings {
  return {
    endpoint: emulator.endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: "secret" },
  };
}

export interface SmallNetwork {
  readonly vpcId: string;
  readonly subnetIds: [string, string];
  readonly securityGroupId: string;
}

/** A VPC with a subnet in each of two Availability Zones and a security group. */
export async function createNetwork(ec2: EC2Client, cidr = "10.20.0.0/16"): Promise<SmallNetwork> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }));
  const vpcId = given(Vpc?.VpcId);
  const prefix = cidr.split(".").slice(0, 2).join(".");
  const subnet = async (zone: string, third: number): Promise<Subnet> =>
    given(
      (
        await ec2.send(
          new CreateSubnetCommand({
            VpcId: vpcId,
            AvailabilityZone: `${region}${zone}`,
            CidrBlock: `${prefix}.${third}.0/24`,
          }),
        )
      ).Subnet,
    );
  const subnetIds: [string, string] = [given((await subnet("a", 0)).SubnetId), given((await subnet("b", 1)).SubnetId)];
  const group = await ec2.send(new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: "app", Description: "app" }));
  return { vpcId, subnetIds, securityGroupId: given(group.GroupId) };
}

/** Lets everything in the VPC out through a NAT gateway, by the main route table. */
export async function createWayOut(ec2: EC2Client, { vpcId, subnetIds }: SmallNetwork): Promise<void> {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnetIds[0], AllocationId }));
  const { RouteTables } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: given(RouteTables?.[0]?.RouteTableId),
      DestinationCidrBlock: "0.0.0.0/0",
      NatGatewayId: given(NatGateway?.NatGatewayId),
    }),
  );
}

export interface SmallLoadBalancer {
  readonly arn: string;
  readonly dnsName: string;
}

export async function createLoadBalancer(
  elb: ElasticLoadBalancingV2Client,
  network: SmallNetwork,
  name: string,
  type: LoadBalancerTypeEnum,
): Promise<SmallLoadBalancer> {
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: name,
      Type: type,
      Scheme: "internal",
      Subnets: network.subnetIds,
      SecurityGroups: [network.securityGroupId].filter(Boolean),
    }),
  );
  const balancer = given(LoadBalancers?.[0]);
  return { arn: given(balancer.LoadBalancerArn), dnsName: given(balancer.DNSName) };
}

/** The value, or a failure when the emulator left it out. */
export function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the emulator left a value out");
  return value;
}
