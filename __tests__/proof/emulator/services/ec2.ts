import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateNetworkInterfaceCommand,
  CreateVpcEndpointCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkAclsCommand,
  DescribePrefixListsCommand,
  EC2Client,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Context, createLoadBalancer, createNetwork, given } from "../network";

export function ec2(context: () => Context): void {
  let client: EC2Client;

  beforeAll(() => {
    client = new EC2Client(context().settings);
  });

  test("a VPC goes only when it is empty, and takes its network ACL along", async () => {
    const { vpcId, subnetIds, securityGroupId } = await createNetwork(client, "10.61.0.0/16");
    const { NetworkInterface } = await client.send(
      new CreateNetworkInterfaceCommand({ SubnetId: subnetIds[0], Groups: [securityGroupId] }),
    );
    const violation = { name: "DependencyViolation" };
    await expect(client.send(new DeleteSubnetCommand({ SubnetId: subnetIds[0] }))).rejects.toMatchObject(violation);
    await expect(client.send(new DeleteSecurityGroupCommand({ GroupId: securityGroupId }))).rejects.toMatchObject(
      violation,
    );
    await client.send(
      new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: given(NetworkInterface?.NetworkInterfaceId) }),
    );
    for (const SubnetId of subnetIds) await client.send(new DeleteSubnetCommand({ SubnetId }));
    await expect(client.send(new DeleteVpcCommand({ VpcId: vpcId }))).rejects.toMatchObject(violation);
    await client.send(new DeleteSecurityGroupCommand({ GroupId: securityGroupId }));
    await client.send(new DeleteVpcCommand({ VpcId: vpcId }));
    const { NetworkAcls } = await client.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
    );
    expect(NetworkAcls ?? []).toEqual([]);
  });

  test("the tagging API shows an endpoint, an address and a group's rules by their tags", async () => {
    const { settings } = context();
    const { vpcId, securityGroupId } = await createNetwork(client, "10.63.0.0/16");
    const tagged = (ResourceType: ResourceType) => [{ ResourceType, Tags: [{ Key: "stack", Value: "tagged" }] }];
    await client.send(
      new CreateVpcEndpointCommand({
        VpcId: vpcId,
        VpcEndpointType: "Gateway",
        ServiceName: `com.amazonaws.${settings.region}.s3`,
        TagSpecifications: tagged("vpc-endpoint"),
      }),
    );
    await client.send(new AllocateAddressCommand({ TagSpecifications: tagged("elastic-ip") }));
    await client.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: securityGroupId,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }],
        TagSpecifications: tagged("security-group-rule"),
      }),
    );
    const answer = await fetch(settings.endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=rehearsal/20260101/${settings.region}/tagging/aws4_request`,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "ResourceGroupsTaggingAPI_20170126.GetResources",
      },
      body: JSON.stringify({ TagFilters: [{ Key: "stack", Values: ["tagged"] }] }),
    });
    const { ResourceTagMappingList } = (await answer.json()) as { ResourceTagMappingList: { ResourceARN: string }[] };
    const kinds = ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN.replace(/.*:(.+)\/.*/, "$1"));
    expect(kinds.sort()).toEqual(["elastic-ip", "security-group-rule", "vpc-endpoint"]);
  });

  test("an interface that a service manages is not the user's to delete", async () => {
    const network = await createNetwork(client, "10.62.0.0/16");
    const elb = new ElasticLoadBalancingV2Client(context().settings);
    const balancer = await createLoadBalancer(elb, network, "managed", "application");
    const [node] = await context().emulator.listNodes(balancer.arn);
    await expect(
      client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: given(node?.networkInterfaceId) })),
    ).rejects.toMatchObject({ name: "OperationNotPermitted" });
  });

  test("a launch template's own tags are not those of its instances, and each version has user data", async () => {
    const { LaunchTemplate } = await client.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "tagged",
        LaunchTemplateData: {
          UserData: Buffer.from("one").toString("base64"),
          TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "node" }] }],
        },
        TagSpecifications: [{ ResourceType: "launch-template", Tags: [{ Key: "project", Value: "demo" }] }],
      }),
    );
    const LaunchTemplateId = given(LaunchTemplate?.LaunchTemplateId);
    await client.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId,
        LaunchTemplateData: { UserData: Buffer.from("two").toString("base64") },
      }),
    );
    const { LaunchTemplateVersions } = await client.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }),
    );
    const data = LaunchTemplateVersions?.map((version) => version.LaunchTemplateData);
    expect(LaunchTemplate?.Tags).toEqual([{ Key: "project", Value: "demo" }]);
    expect(data?.[0]?.TagSpecifications?.map((each) => each.ResourceType)).toEqual(["instance"]);
    expect(data?.map((each) => Buffer.from(each?.UserData ?? "", "base64").toString())).toEqual(["one", "two"]);
  });

  test("a security group rule keeps its description, whatever it refers to", async () => {
    const { securityGroupId: GroupId } = await createNetwork(client, "10.62.0.0/16");
    const { PrefixLists } = await client.send(new DescribePrefixListsCommand({}));
    const Description = "why it is there";
    const targets = [
      { IpRanges: [{ CidrIp: "10.0.0.0/8", Description }] },
      { UserIdGroupPairs: [{ GroupId, Description }] },
      { PrefixListIds: [{ PrefixListId: PrefixLists?.[0]?.PrefixListId, Description }] },
    ];
    for (const target of targets) {
      const IpPermissions = [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, ...target }];
      const { SecurityGroupRules } = await client.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }),
      );
      expect(SecurityGroupRules).toMatchObject([{ Description }]);
    }
  });
}
