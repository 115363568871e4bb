import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  type ScalingActivity,
} from "@aws-sdk/client-application-auto-scaling";
import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcEndpointServicePermissionsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { mockClient } from "aws-sdk-client-mock";
import type { ManagedResource } from "../../../engine/terraform/resources";
import { beyondPlan } from "../../../operations/drift/beyond-plan";

const ec2 = mockClient(EC2Client);
const ecs = mockClient(ECSClient);
const elb = mockClient(ElasticLoadBalancingV2Client);
const scaling = mockClient(ApplicationAutoScalingClient);

const resource = (address: string, values: ManagedResource["values"]): ManagedResource => ({
  address,
  type: address.split(".")[0] ?? "",
  values,
});

/** A deployment in which everything is as written, apart from what a test changes. */
function given({ desired = 2, activities = [] as Partial<ScalingActivity>[], target = "10.0.0.9", node = "10.0.0.1" }) {
  ec2.reset();
  ec2.on(DescribeSecurityGroupRulesCommand).resolves({
    SecurityGroupRules: [{ SecurityGroupRuleId: "sgr-1", GroupId: "sg-1" }],
  });
  ec2.on(DescribeVpcEndpointServicePermissionsCommand).resolves({ AllowedPrincipals: [{ Principal: "arn:one" }] });
  ec2.on(DescribeNetworkInterfacesCommand).resolves({ NetworkInterfaces: [{ PrivateIpAddress: "10.0.0.1" }] });
  ecs.on(ListTasksCommand).resolves({ taskArns: ["task"] });
  ecs.on(DescribeTasksCommand).resolves({
    tasks: [{ lastStatus: "RUNNING", attachments: [{ details: [{ name: "privateIPv4Address", value: "10.0.0.9" }] }] }],
  });
  const health = (Id: string) => ({
    TargetHealthDescriptions: [{ Target: { Id }, TargetHealth: { State: "healthy" as const } }],
  });
  elb.on(DescribeTargetHealthCommand, { TargetGroupArn: "of-alb" }).resolves(health(target));
  elb.on(DescribeTargetHealthCommand, { TargetGroupArn: "of-nlb" }).resolves(health(node));
  scaling.on(DescribeScalingActivitiesCommand).resolves({ ScalingActivities: activities as ScalingActivity[] });
  return new Map<string, ManagedResource[]>([
    [
      "compute-dev",
      [
        resource("aws_security_group.group", { id: "sg-1" }),
        resource("aws_vpc_security_group_ingress_rule.rule", { security_group_rule_id: "sgr-1" }),
        resource("aws_lb.alb", { arn: "arn:loadbalancer/app/a/1", load_balancer_type: "application" }),
        resource("aws_lb_target_group.tasks", { arn: "of-alb", target_type: "ip" }),
        resource("aws_ecs_service.service", { cluster: "arn:cluster/c", name: "s", desired_count: desired }),
        resource("aws_appautoscaling_target.target", { resource_id: "service/c/s", min_capacity: 2 }),
        resource("aws_iam_role.role", { name: "role", managed_policy_arns: ["arn:policy"] }),
        resource("aws_iam_role_policy_attachment.attachment", { role: "role", policy_arn: "arn:policy" }),
        resource("aws_route_table.table", { id: "rtb-1", route: [{ cidr_block: "0.0.0.0/0" }] }),
        resource("aws_route.route", { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0" }),
      ],
    ],
    [
      "privatelink-service-dev",
      [
        resource("aws_lb.nlb", { arn: "arn:loadbalancer/net/n/1", load_balancer_type: "network" }),
        resource("aws_lb_target_group.nodes", { arn: "of-nlb", target_type: "ip" }),
        resource("aws_vpc_endpoint_service.service", { id: "vpce-svc-1" }),
        resource("aws_vpc_endpoint_service_allowed_principal.principal", { principal_arn: "arn:one" }),
      ],
    ],
  ]);
}

const look = async (resources: ReadonlyMap<string, readonly ManagedResource[]>) =>
  (await beyondPlan(resources, { region: "eu-central-1" })).map(({ stack, difference }) => `${stack}: ${difference}`);

test("no difference where everything is as written", async () => {
  expect(await look(given({}))).toEqual([]);
});

test("a rule, a principal, a route and a policy that somebody has added", async () => {
  const resources = given({});
  ec2.on(DescribeSecurityGroupRulesCommand).resolves({
    SecurityGroupRules: [
      { SecurityGroupRuleId: "sgr-1", GroupId: "sg-1" },
      {
        SecurityGroupRuleId: "sgr-2",
        GroupId: "sg-1",
        IpProtocol: "tcp",
        FromPort: 22,
        ToPort: 22,
        CidrIpv4: "0.0.0.0/0",
      },
    ],
  });
  ec2.on(DescribeVpcEndpointServicePermissionsCommand).resolves({
    AllowedPrincipals: [{ Principal: "arn:one" }, { Principal: "*" }],
  });
  const known = ["aws_route", "aws_iam_role_policy_attachment"];
  const without = (resources.get("compute-dev") ?? []).filter(({ type }) => !known.includes(type));
  expect(await look(new Map(resources).set("compute-dev", without))).toEqual([
    "compute-dev: rule sgr-2 (tcp 22 from 0.0.0.0/0) was added to aws_security_group.group",
    "privatelink-service-dev: principal * was added to aws_vpc_endpoint_service.service",
    "compute-dev: route to 0.0.0.0/0 was added to aws_route_table.table",
    "compute-dev: policy arn:policy was attached to aws_iam_role.role",
  ]);
});

test("targets that are not the tasks, and not the ALB's nodes", async () => {
  expect(await look(given({ target: "10.0.0.8", node: "10.0.0.2" }))).toEqual([
    "compute-dev: 10.0.0.9, task of aws_ecs_service.service, is no target of aws_lb_target_group.tasks",
    "compute-dev: target 10.0.0.8 of aws_lb_target_group.tasks is no task of aws_ecs_service.service",
    "privatelink-service-dev: 10.0.0.1, address of aws_lb.alb, is no target of aws_lb_target_group.nodes",
    "privatelink-service-dev: target 10.0.0.2 of aws_lb_target_group.nodes is no address of aws_lb.alb",
  ]);
});

describe("a number of tasks", () => {
  const activity = { StatusCode: "Successful" as const, Description: "Setting desired count to 4." };

  test("that autoscaling has set is none", async () => {
    expect(await look(given({ desired: 4, activities: [activity] }))).toEqual([]);
  });

  test("that somebody else has set", async () => {
    expect(await look(given({ desired: 3, activities: [activity] }))).toEqual([
      "compute-dev: aws_ecs_service.service wants 3 tasks; autoscaling set 4",
    ]);
    expect(await look(given({ desired: 1 }))).toEqual([
      "compute-dev: aws_ecs_service.service wants 1 tasks; the minimum is 2 and no scaling is known",
    ]);
  });
});
