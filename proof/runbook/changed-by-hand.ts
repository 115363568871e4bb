import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Check, checked, theOnly } from "../../operations/verify/check";
import { describeService } from "../../operations/verify/rollout";
import { clientOptions } from "./clients";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";
import { missingLine } from "./page";
import { runSync } from "./sync";

const PREFIX = `private-app-${ENVIRONMENT.name}`;

const COMMAND = `npx ecs-privatelink drift --env ${ENVIRONMENT.name}`;

/** What `drift` has to name, each with stack and address, in any order. */
const NAMED = [
  "network-dev: differs: update aws_vpc.…",
  "compute-dev: rule sgr-… (tcp 22 from 0.0.0.0/0) was added to aws_security_group.…",
  "compute-dev: aws_ecs_service.… wants … tasks; the minimum is …",
  "privatelink-service-dev: …, address of aws_lb.…, is no target of aws_lb_target_group.…",
];

/** Makes changes as a person does in the console; `drift` has to report all of them, and none after they are fixed. */
export async function* changedByHand(
  project: EmulatedProject,
  page: () => AsyncIterable<Check>,
): AsyncGenerator<Check> {
  const options = clientOptions(project);
  const ec2 = new EC2Client(options);
  const ecs = new ECSClient(options);
  const elb = new ElasticLoadBalancingV2Client(options);

  const { Vpcs } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "tag:environment", Values: [ENVIRONMENT.name] }] }),
  );
  const { VpcId = "" } = theOnly(Vpcs, "VPC");
  await ec2.send(new DeleteTagsCommand({ Resources: [VpcId], Tags: [{ Key: "managed-by" }] }));

  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: [`${PREFIX}-alb`] }] }),
  );
  const rule = {
    GroupId: theOnly(SecurityGroups, "security group of the ALB").GroupId,
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
  };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));

  const service = `${PREFIX}-app`;
  const { desiredCount: tasks = 0 } = await describeService(ecs, PREFIX, service);
  const scale = (desiredCount: number) =>
    ecs.send(new UpdateServiceCommand({ cluster: PREFIX, service, desiredCount }));
  await scale(tasks + 1);

  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  for (const { TargetGroupArn, LoadBalancerArns = [] } of TargetGroups) {
    if (!LoadBalancerArns.some((arn) => arn.includes("/net/"))) continue;
    const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const Targets = TargetHealthDescriptions.slice(0, 1).map(({ Target }) => ({ Id: Target?.Id ?? "" }));
    if (Targets.length > 0) await elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
  }

  const { exitCode, stdout, stderr } = await project.run("drift-by-hand", COMMAND);
  const output = `${stdout}\n${stderr}`;
  for (const named of NAMED) {
    const good = exitCode === 2 && missingLine([named], output) === undefined;
    yield checked(
      `drift names: ${named}`,
      good,
      good ? "named" : `exit code ${exitCode}\n${output}`,
      "operations/drift",
    );
  }

  await ec2.send(new RevokeSecurityGroupIngressCommand(rule));
  await scale(tasks);
  await project.emulator.advanceClock(600);
  await runSync(project);
  yield* page();
}
