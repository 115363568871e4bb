import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { FILL, STATE_TABLE_KEY, VARIABLES } from "../../../lambda/alb-ip-sync/settings";
import { bundleLambda, zip } from "../../../lambda/build";
import type { Check } from "../../../operations/verify/check";
import { type Emulator, startEmulator } from "../../../proof/lab/emulator";
import { exerciseAlbIpSync } from "../../../proof/rehearse/ip-sync";
import { temporaryFolder } from "../../temporary-folder";
import { createLoadBalancer, createNetwork, given, region, settingsFor } from "../emulator/network";

let emulator: Emulator;
const folder = temporaryFolder("ip-sync");
let zipFile: string;
const FUNCTION = "app-test-alb-ip-sync";
const filled: { FunctionError: string | undefined; answer: unknown }[] = [];

/** What the stacks make, as far as the function needs it. */
beforeAll(async () => {
  emulator = await startEmulator({ logFile: join(folder, "emulator.log") });
  const settings = settingsFor(emulator);
  zipFile = join(folder, "alb-ip-sync.zip");
  writeFileSync(zipFile, zip({ "index.js": await bundleLambda("alb-ip-sync") }));

  const ec2 = new EC2Client(settings);
  const elb = new ElasticLoadBalancingV2Client(settings);
  const iam = new IAMClient(settings);
  const network = await createNetwork(ec2);
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: network.subnetIds }));
  const alb = await createLoadBalancer(elb, network, "app-test", "application");
  const nlb = await createLoadBalancer(elb, network, "app-test-nlb", "network");
  const targetGroup = async (port: number): Promise<string> => {
    const options = {
      Name: `app-${port}`,
      Protocol: "TCP",
      Port: port,
      TargetType: "ip",
      VpcId: network.vpcId,
    } as const;
    const { TargetGroups } = await elb.send(new CreateTargetGroupCommand(options));
    const arn = given(TargetGroups?.[0]?.TargetGroupArn);
    const forward = [{ Type: "forward", TargetGroupArn: arn } as const];
    await elb.send(
      new CreateListenerCommand({ LoadBalancerArn: nlb.arn, Protocol: "TCP", Port: port, DefaultActions: forward }),
    );
    return arn;
  };
  const mappings = [
    { listenerPort: 80, targetGroupArn: await targetGroup(80) },
    { listenerPort: 443, targetGroupArn: await targetGroup(443) },
  ];
  await new DynamoDBClient(settings).send(
    new CreateTableCommand({
      TableName: FUNCTION,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: STATE_TABLE_KEY, KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: STATE_TABLE_KEY, AttributeType: "S" }],
    }),
  );
  const trust = {
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const role = await iam.send(
    new CreateRoleCommand({
      RoleName: FUNCTION,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", ...trust }),
    }),
  );
  const actions = [
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "ec2:DescribeNetworkInterfaces",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:RegisterTargets",
    "logs:PutLogEvents",
  ];
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: FUNCTION,
      PolicyName: "sync",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
      }),
    }),
  );
  const lambda = new LambdaClient(settings);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: FUNCTION,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Timeout: 58,
      Role: given(role.Role?.Arn),
      Code: { ZipFile: readFileSync(zipFile) },
      Environment: {
        Variables: {
          [VARIABLES.albArnSuffix]: given(alb.arn.split(":loadbalancer/")[1]),
          [VARIABLES.albDnsName]: alb.dnsName,
          [VARIABLES.albSubnetIds]: network.subnetIds.join(),
          [VARIABLES.albSubnetCidrs]: Subnets.map(({ CidrBlock }) => CidrBlock).join(),
          [VARIABLES.mappings]: JSON.stringify(mappings),
          [VARIABLES.maximumUnconfirmedRuns]: "3",
          [VARIABLES.stateTable]: FUNCTION,
        },
      },
    }),
  );
  // As aws_lambda_invocation does it during the apply.
  for (const { targetGroupArn } of mappings) {
    const invoke = new InvokeCommand({ FunctionName: FUNCTION, Payload: JSON.stringify({ [FILL]: targetGroupArn }) });
    const { FunctionError, Payload } = await lambda.send(invoke);
    filled.push({ FunctionError, answer: JSON.parse(Buffer.from(Payload ?? []).toString()) });
  }
}, 300_000);

afterAll(async () => {
  await emulator.stop();
});

async function exercise(): Promise<Check[]> {
  const logFile = join(folder, "ip-sync.log");
  const options = { zipFile, functionName: FUNCTION, emulator, region, folder: join(folder, "unpacked"), logFile };
  const checks: Check[] = [];
  for await (const check of exerciseAlbIpSync(options)) checks.push(check);
  return checks;
}

test("a target group is filled when the call that asks for it returns", () => {
  expect(filled).toEqual(Array(2).fill({ FunctionError: undefined, answer: { targets: 2 } }));
});

test("the packaged function keeps the targets right while nodes come and go and sources fail", async () => {
  const checks = await exercise();
  expect(checks.filter(({ status }) => status !== "pass")).toEqual([]);
  expect(checks.length).toBeGreaterThanOrEqual(17);
  expect(await emulator.listFaults()).toEqual([]);
}, 300_000);

test("another package than the deployed one is found out, and a step that fails says what was seen", async () => {
  writeFileSync(zipFile, zip({ "index.js": Buffer.from("exports.handler = async () => ({});") }));
  const failed = (await exercise()).filter(({ status }) => status === "fail");
  expect(failed.map(({ item }) => item)).toEqual(
    expect.arrayContaining([
      "deployed code equals the built package",
      "node replaced",
      "access denied: the run fails, the next one corrects it",
    ]),
  );
  expect(failed.every(({ saw, next }) => saw !== "" && next?.includes("ip-sync.log"))).toBe(true);
}, 300_000);
