import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, DescribeNetworkInterfacesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { type Context, createNetwork, given, type SmallNetwork } from "../network";

export function autoScaling(context: () => Context): void {
  let scaling: AutoScalingClient;
  let ec2: EC2Client;
  let network: SmallNetwork;
  const name = "capacity";

  beforeAll(async () => {
    scaling = new AutoScalingClient(context().settings);
    ec2 = new EC2Client(context().settings);
    network = await createNetwork(ec2, "10.60.0.0/16");
    await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { ImageId: "ami-12c6146b", InstanceType: "t4g.small" },
      }),
    );
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        MinSize: 0,
        MaxSize: 4,
        DesiredCapacity: 2,
        VPCZoneIdentifier: network.subnetIds.join(","),
        LaunchTemplate: { LaunchTemplateName: name },
        NewInstancesProtectedFromScaleIn: true,
        DefaultInstanceWarmup: 120,
        MaxInstanceLifetime: 2_592_000,
        InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 200 },
      }),
    );
  });

  const group = async () =>
    (await scaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })))
      .AutoScalingGroups?.[0];
  const instanceIds = async () => (await group())?.Instances?.map((each) => given(each.InstanceId)) ?? [];
  const interfaces = async () =>
    (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "vpc-id", Values: [network.vpcId] }] })))
      .NetworkInterfaces ?? [];

  test("instances are spread over the zones, at addresses of their subnets", async () => {
    const found = await interfaces();
    expect(found.map((each) => each.SubnetId).sort()).toEqual([...network.subnetIds].sort());
    expect(found.map((each) => each.PrivateIpAddress?.split(".").slice(0, 3).join("."))).toEqual(
      expect.arrayContaining(["10.60.0", "10.60.1"]),
    );
  });

  test("a group keeps the settings that a second plan reads", async () => {
    expect(await group()).toMatchObject({
      DefaultInstanceWarmup: 120,
      MaxInstanceLifetime: 2_592_000,
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 200 },
    });
    await scaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, DefaultInstanceWarmup: 60 }));
    expect(await group()).toMatchObject({ DefaultInstanceWarmup: 60 });
  });

  test("an instance refresh replaces every instance", async () => {
    const before = await instanceIds();
    await scaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: name }));
    const after = await instanceIds();
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    const { InstanceRefreshes } = await scaling.send(
      new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name }),
    );
    expect(InstanceRefreshes).toMatchObject([{ Status: "Successful", PercentageComplete: 100 }]);
  });

  test("scale-in waits for the end of protection, and leaves no interface behind", async () => {
    await scaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, DesiredCapacity: 1 }));
    const ids = await instanceIds();
    expect(ids).toHaveLength(2);
    await scaling.send(
      new SetInstanceProtectionCommand({
        AutoScalingGroupName: name,
        InstanceIds: ids.slice(0, 1),
        ProtectedFromScaleIn: false,
      }),
    );
    expect(await instanceIds()).toEqual(ids.slice(1));
    expect(await interfaces()).toHaveLength(1);
  });

  test("a group with instances is deleted by force only, and takes protected ones along", async () => {
    await expect(scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name }))).rejects.toMatchObject(
      {
        name: "ResourceInUseFault",
      },
    );
    await scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }));
    expect(await group()).toBeUndefined();
    expect(await interfaces()).toEqual([]);
  });
}
