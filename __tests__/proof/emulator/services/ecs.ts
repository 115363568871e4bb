import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateLaunchTemplateCommand, DescribeNetworkInterfacesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateCapacityProviderCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListContainerInstancesCommand,
  ListTasksCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { type Context, createLoadBalancer, createNetwork, createWayOut, given, type SmallNetwork } from "../network";

const cluster = "apps";
const groupName = "instances";
const provider = "ec2";
const agentPolicy = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";
const executionPolicy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

export function ecs(context: () => Context): void {
  let client: ECSClient;
  let elb: ElasticLoadBalancingV2Client;
  let scaling: AutoScalingClient;
  let network: SmallNetwork;
  let targetGroupArn: string;
  let iam: IAMClient;
  let executionRoleArn: string;
  let interfacesBefore: string[];

  /** Of the VPC, without those of load balancers. */
  const interfaces = async () => {
    const { NetworkInterfaces = [] } = await new EC2Client(context().settings).send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "vpc-id", Values: [network.vpcId] }] }),
    );
    const others = NetworkInterfaces.filter((each) => each.RequesterId !== "amazon-elb");
    return others.map((each) => given(each.NetworkInterfaceId)).sort();
  };

  const attach = (RoleName: string, PolicyArn: string) =>
    iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  const detach = (RoleName: string, PolicyArn: string) =>
    iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  const createRole = async (name: string, service: string, policyArn: string) => {
    const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } };
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document }));
    await attach(name, policyArn);
    return given(Role?.Arn);
  };

  const definitionOf = (family: string, image: string): RegisterTaskDefinitionCommandInput => ({
    family,
    executionRoleArn,
    networkMode: "awsvpc",
    requiresCompatibilities: ["EC2"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      {
        name: "app",
        image,
        portMappings: [{ containerPort: 8080 }],
        healthCheck: { command: ["CMD", "/health"] },
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/apps",
            "awslogs-region": "eu-central-1",
            "awslogs-stream-prefix": family,
          },
        },
      },
    ],
  });

  beforeAll(async () => {
    const { settings } = context();
    client = new ECSClient(settings);
    elb = new ElasticLoadBalancingV2Client(settings);
    scaling = new AutoScalingClient(settings);
    const ec2 = new EC2Client(settings);
    iam = new IAMClient(settings);
    network = await createNetwork(ec2, "10.68.0.0/16");
    await createWayOut(ec2, network);
    interfacesBefore = await interfaces();
    executionRoleArn = await createRole("execution", "ecs-tasks.amazonaws.com", executionPolicy);
    await createRole("agent", "ec2.amazonaws.com", agentPolicy);
    await detach("agent", agentPolicy);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "agent" }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "agent", RoleName: "agent" }));
    await client.send(new CreateClusterCommand({ clusterName: cluster }));
    await new CloudWatchLogsClient(settings).send(new CreateLogGroupCommand({ logGroupName: "/apps" }));

    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: "apps",
        Protocol: "HTTP",
        Port: 8080,
        TargetType: "ip",
        VpcId: network.vpcId,
      }),
    );
    targetGroupArn = given(TargetGroups?.[0]?.TargetGroupArn);
    for (const family of ["app", "load"]) {
      await client.send(new RegisterTaskDefinitionCommand(definitionOf(family, "app")));
    }
    await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: groupName,
        LaunchTemplateData: {
          ImageId: "ami-12c6146b",
          InstanceType: "t4g.small",
          IamInstanceProfile: { Name: "agent" },
          UserData: Buffer.from(`#!/bin/bash\necho ECS_CLUSTER=${cluster} >> /etc/ecs/ecs.config\n`).toString("base64"),
        },
      }),
    );
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: groupName,
        MinSize: 1,
        MaxSize: 3,
        VPCZoneIdentifier: network.subnetIds.join(","),
        LaunchTemplate: { LaunchTemplateName: groupName },
        NewInstancesProtectedFromScaleIn: true,
      }),
    );
  });

  const groupArn = async () => {
    const { AutoScalingGroups } = await scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] }),
    );
    return given(AutoScalingGroups?.[0]?.AutoScalingGroupARN);
  };
  const networkConfiguration = () => ({
    awsvpcConfiguration: { subnets: network.subnetIds, securityGroups: [network.securityGroupId] },
  });
  const createService = () =>
    client.send(
      new CreateServiceCommand({
        cluster,
        serviceName: "app",
        taskDefinition: "app",
        desiredCount: 3,
        capacityProviderStrategy: [{ capacityProvider: provider, weight: 1 }],
        placementStrategy: [{ type: "spread", field: "attribute:ecs.availability-zone" }],
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        availabilityZoneRebalancing: "ENABLED",
        enableExecuteCommand: true,
        healthCheckGracePeriodSeconds: 60,
        networkConfiguration: networkConfiguration(),
        loadBalancers: [{ targetGroupArn, containerName: "app", containerPort: 8080 }],
      }),
    );
  const service = async () =>
    given((await client.send(new DescribeServicesCommand({ cluster, services: ["app"] }))).services?.[0]);
  const describeCluster = async () =>
    given((await client.send(new DescribeClustersCommand({ clusters: [cluster] }))).clusters?.[0]);
  const tasksOf = async (serviceName: string) => {
    const { taskArns } = await client.send(new ListTasksCommand({ cluster, serviceName }));
    if (!taskArns?.length) return [];
    return (await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
  };
  const targets = async () =>
    (await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }))).TargetHealthDescriptions ??
    [];

  test("an instance joins no cluster before its role lets the agent register", async () => {
    const instances = async () =>
      (await client.send(new ListContainerInstancesCommand({ cluster }))).containerInstanceArns ?? [];
    expect(await instances()).toEqual([]);
    await attach("agent", agentPolicy);
    expect(await instances()).toHaveLength(1);
  });

  test("instances are in the cluster that their user data names", async () => {
    const { containerInstanceArns } = await client.send(new ListContainerInstancesCommand({ cluster }));
    expect(containerInstanceArns).toHaveLength(1);
    const { containerInstances } = await client.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }),
    );
    const memory = containerInstances?.[0]?.registeredResources?.find((each) => each.name === "MEMORY")?.integerValue;
    expect(containerInstances).toMatchObject([{ status: "ACTIVE", agentConnected: true, runningTasksCount: 0 }]);
    // a t4g.small has 2,048 MiB, less what the system keeps
    expect(memory).toBeGreaterThan(1800);
    expect(memory).toBeLessThan(2048);
  });

  test("a service is refused a provider of another cluster and a target group without load balancer", async () => {
    await expect(createService()).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining("not associated with the cluster"),
    });
    await client.send(
      new CreateCapacityProviderCommand({
        name: provider,
        autoScalingGroupProvider: {
          autoScalingGroupArn: await groupArn(),
          managedScaling: { status: "ENABLED", targetCapacity: 100 },
          managedTerminationProtection: "ENABLED",
        },
      }),
    );
    await client.send(
      new PutClusterCapacityProvidersCommand({
        cluster,
        capacityProviders: [provider, "FARGATE"],
        defaultCapacityProviderStrategy: [{ capacityProvider: provider, weight: 1 }],
      }),
    );
    await expect(createService()).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining("does not have an associated load balancer"),
    });
  });

  test("a service runs as many tasks as desired, scales instances out for them, and registers them as targets", async () => {
    const balancer = await createLoadBalancer(elb, network, "apps", "application");
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancer.arn,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [{ Type: "forward", TargetGroupArn: targetGroupArn }],
      }),
    );
    await createService();

    expect(await service()).toMatchObject({
      runningCount: 3,
      pendingCount: 0,
      deployments: [{ rolloutState: "COMPLETED", runningCount: 3 }],
      events: [{ message: "(service app) has reached a steady state." }],
    });
    // one t4g.small has interfaces for two tasks
    expect((await describeCluster()).registeredContainerInstancesCount).toBe(2);
    const { containerInstanceArns } = await client.send(new ListContainerInstancesCommand({ cluster }));
    const { containerInstances = [] } = await client.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }),
    );
    expect(containerInstances.map(({ capacityProviderName }) => capacityProviderName)).toEqual([provider, provider]);
    const tasks = await tasksOf("app");
    expect(tasks.every((task) => task.lastStatus === "RUNNING" && task.healthStatus === "HEALTHY")).toBe(true);
    const address = (task: (typeof tasks)[number]) =>
      task.attachments?.[0]?.details?.find((detail) => detail.name === "privateIPv4Address")?.value;
    expect((await targets()).map(({ Target }) => Target?.Id).sort()).toEqual(tasks.map(address).sort());
    expect((await targets()).every(({ TargetHealth }) => TargetHealth?.State === "healthy")).toBe(true);
  });

  test("a service shows again what it was created with", async () => {
    const shown = await service();
    expect(shown).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: provider, weight: 1 }],
      placementStrategy: [{ type: "spread", field: "attribute:ecs.availability-zone" }],
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        maximumPercent: 200,
        minimumHealthyPercent: 100,
      },
      availabilityZoneRebalancing: "ENABLED",
      enableExecuteCommand: true,
      healthCheckGracePeriodSeconds: 60,
    });
    expect(shown.launchType).toBeUndefined();
  });

  test("a new deployment replaces the tasks; a provider in use remains in the cluster", async () => {
    const before = (await tasksOf("app")).map((task) => task.taskArn);
    await client.send(new UpdateServiceCommand({ cluster, service: "app", forceNewDeployment: true, desiredCount: 2 }));
    const after = (await tasksOf("app")).map((task) => task.taskArn);
    expect(after).toHaveLength(2);
    expect(after.filter((arn) => before.includes(arn))).toEqual([]);
    await expect(
      client.send(
        new PutClusterCapacityProvidersCommand({ cluster, capacityProviders: [], defaultCapacityProviderStrategy: [] }),
      ),
    ).rejects.toMatchObject({ name: "ResourceInUseException" });
  });

  const rollOut = async (ms: number) => {
    for (let waited = 0; waited < ms; waited += 11) {
      await service();
      await context().emulator.advanceClock(11);
    }
    return service();
  };

  test("a deployment whose tasks fail is rolled back by the circuit breaker, and old tasks run on meanwhile", async () => {
    const before = await service();
    await client.send(new RegisterTaskDefinitionCommand(definitionOf("app", "broken:2")));
    await context().emulator.failImage("broken", "exit");
    await client.send(new UpdateServiceCommand({ cluster, service: "app", taskDefinition: "app" }));
    const during = await service();
    expect(during.taskDefinition).not.toBe(before.taskDefinition);
    expect(during).toMatchObject({
      runningCount: 2,
      deployments: [
        { status: "PRIMARY", rolloutState: "IN_PROGRESS", failedTasks: 1, runningCount: 0 },
        { status: "ACTIVE", runningCount: 2 },
      ],
    });
    const after = await rollOut(44);
    expect(after).toMatchObject({
      taskDefinition: before.taskDefinition,
      runningCount: 2,
      deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED" }],
    });
    const said = after.events?.map(({ message }) => message).join("\n");
    expect(said).toContain("deployment failed: tasks failed to start.");
    expect(said).toContain("rolling back to deployment");
    await context().emulator.failImage("broken");
  });

  test("an alarm that goes off during a deployment rolls it back; ECS watches on after the last task has started", async () => {
    const watch = new CloudWatchClient(context().settings);
    const alarm = "app-deployment-5xx";
    const metric = {
      Namespace: "AWS/ApplicationELB",
      MetricName: "HTTPCode_Target_5XX_Count",
      Statistic: "Sum",
    } as const;
    await watch.send(
      new PutMetricAlarmCommand({
        AlarmName: alarm,
        ...metric,
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 1,
        Period: 60,
        EvaluationPeriods: 2,
      }),
    );
    const say = (StateValue: "ALARM" | "OK") =>
      watch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue, StateReason: "test" }));
    await say("OK");
    const before = await service();
    await client.send(new RegisterTaskDefinitionCommand(definitionOf("app", "fails-under-load:3")));
    const alarms = { enable: true, rollback: true, alarmNames: [alarm] };
    const configuration = { deploymentConfiguration: { ...before.deploymentConfiguration, alarms } };
    await client.send(new UpdateServiceCommand({ cluster, service: "app", taskDefinition: "app", ...configuration }));
    const started = await service();
    expect(started).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: "IN_PROGRESS", runningCount: 2 }] });
    expect(started.taskDefinition).not.toBe(before.taskDefinition);
    await say("ALARM");
    expect((await service()).taskDefinition).toBe(before.taskDefinition);
    const said = (await service()).events?.map(({ message }) => message).join("\n");
    expect(said).toContain(`deployment failed: alarm detected: ${alarm}.`);

    // one that fires already is not watched, and a deployment without an alarm completes after its time
    await client.send(new UpdateServiceCommand({ cluster, service: "app", forceNewDeployment: true }));
    await context().emulator.advanceClock(121);
    expect(await service()).toMatchObject({ deployments: [{ rolloutState: "COMPLETED" }] });
    await watch.send(new DeleteAlarmsCommand({ AlarmNames: [alarm] }));
  });

  test("no task starts without the execution role's rights; ECS shows the reason", async () => {
    await detach("execution", executionPolicy);
    const started = await client.send(
      new RunTaskCommand({ cluster, taskDefinition: "load", networkConfiguration: networkConfiguration() }),
    );
    expect(started.tasks).toMatchObject([
      {
        lastStatus: "STOPPED",
        stopCode: "TaskFailedToStart",
        stoppedReason: expect.stringMatching(/failed to validate logger args: AccessDenied.*logs:CreateLogStream/),
      },
    ]);
    await attach("execution", executionPolicy);
  });

  test("tasks on Fargate need no instance", async () => {
    await client.send(
      new CreateServiceCommand({
        cluster,
        serviceName: "fargate",
        taskDefinition: "app",
        desiredCount: 2,
        capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
        networkConfiguration: networkConfiguration(),
      }),
    );
    const tasks = await tasksOf("fargate");
    expect(tasks).toMatchObject([{ launchType: "FARGATE" }, { launchType: "FARGATE" }]);
    expect(new Set(tasks.map((task) => task.availabilityZone)).size).toBe(2);
    await client.send(new DeleteServiceCommand({ cluster, service: "fargate", force: true }));
    expect(await tasksOf("fargate")).toEqual([]);
  });

  test("a one-off task runs, then ends as planned, with its log", async () => {
    await context().emulator.planTaskEnd({ family: "load", exitCode: 3, logLines: ["migration 2 failed"] });
    const run = async () => {
      const started = await client.send(
        new RunTaskCommand({
          cluster,
          taskDefinition: "load",
          capacityProviderStrategy: [{ capacityProvider: provider }],
          networkConfiguration: networkConfiguration(),
        }),
      );
      const task = given(started.tasks?.[0]?.taskArn);
      const look = async () =>
        given((await client.send(new DescribeTasksCommand({ cluster, tasks: [task] }))).tasks?.[0]);
      expect(await look()).toMatchObject({ lastStatus: "RUNNING" });
      return { task, ended: await look() };
    };
    const failed = await run();
    expect(failed.ended).toMatchObject({
      lastStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      containers: [{ name: "app", exitCode: 3 }],
    });
    const { events } = await new CloudWatchLogsClient(context().settings).send(
      new GetLogEventsCommand({ logGroupName: "/apps", logStreamName: `load/app/${failed.task.split("/").at(-1)}` }),
    );
    expect(events?.map((event) => event.message)).toEqual(["migration 2 failed"]);
    expect((await run()).ended).toMatchObject({ lastStatus: "STOPPED", containers: [{ exitCode: 0 }] });
  });

  test("a cluster goes last, and nothing of it is left", async () => {
    const remove = () => client.send(new DeleteClusterCommand({ cluster }));
    await expect(remove()).rejects.toMatchObject({ name: "ClusterContainsServicesException" });
    // without its rights the agent can't say that a task has stopped
    await detach("agent", agentPolicy);
    await client.send(new DeleteServiceCommand({ cluster, service: "app", force: true }));
    expect(await service()).toMatchObject({ status: "DRAINING", runningCount: 2 });
    await attach("agent", agentPolicy);
    expect(await service()).toMatchObject({ status: "INACTIVE", runningCount: 0 });
    await expect(remove()).rejects.toMatchObject({ name: "ClusterContainsContainerInstancesException" });
    await scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: groupName, ForceDelete: true }));
    expect((await describeCluster()).registeredContainerInstancesCount).toBe(0);
    await remove();
    expect(await interfaces()).toEqual(interfacesBefore);
  });
}
