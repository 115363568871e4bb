import {
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

/** How the AWS SDK reaches the emulator with the environment's own account. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Role with which a consumer works in its account; the one that stack directories name. */
export const roleIn = (accountId: string): string => `arn:aws:iam::${accountId}:role/rehearsal`;

/** A VPC that a consumer team has had all along, in an account of its own. */
export class ConsumerAccount {
  private constructor(
    readonly id: string,
    private readonly ec2: EC2Client,
    readonly vpcId: string,
    readonly subnetIds: readonly string[],
  ) {}

  /** Assumes the role in the account, and makes a VPC with one subnet in each of the zones. */
  static async open(settings: ClientSettings, accountId: string, zones: readonly string[]): Promise<ConsumerAccount> {
    const { Credentials } = await new STSClient(settings).send(
      new AssumeRoleCommand({ RoleArn: roleIn(accountId), RoleSessionName: "rehearsal" }),
    );
    const ec2 = new EC2Client({
      ...settings,
      credentials: {
        accessKeyId: given(Credentials?.AccessKeyId),
        secretAccessKey: given(Credentials?.SecretAccessKey),
        sessionToken: given(Credentials?.SessionToken),
      },
    });
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.91.0.0/24" }));
    const VpcId = given(Vpc?.VpcId);
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    const subnetIds: string[] = [];
    for (const [index, AvailabilityZoneId] of zones.entries()) {
      const CidrBlock = `10.91.0.${index * 64}/26`;
      const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZoneId }));
      subnetIds.push(given(Subnet?.SubnetId));
    }
    return new ConsumerAccount(accountId, ec2, VpcId, subnetIds);
  }

  /** Creates an endpoint, as the AWS CLI does. @returns its id */
  async connect(serviceName: string): Promise<string> {
    const { VpcEndpoint } = await this.ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: "Interface",
        ServiceName: serviceName,
        VpcId: this.vpcId,
        SubnetIds: [...this.subnetIds],
        PrivateDnsEnabled: false,
      }),
    );
    return given(VpcEndpoint?.VpcEndpointId);
  }

  async disconnect(ids: readonly string[]): Promise<void> {
    await this.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [...ids] }));
  }

  async endpoint(id: string): Promise<VpcEndpoint> {
    const { VpcEndpoints = [] } = await this.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
    return given(VpcEndpoints[0]);
  }

  /** Leaves the account as it was. */
  async close(): Promise<void> {
    for (const SubnetId of this.subnetIds) await this.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await this.ec2.send(new DeleteVpcCommand({ VpcId: this.vpcId }));
  }
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the emulated AWS left out what it was asked for");
  return value;
}
