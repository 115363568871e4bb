import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeNetworkInterfacesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { mockClient } from "aws-sdk-client-mock";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { projectPath } from "../../../config/project";
import { ensureLambdaBundle } from "../../../lambda/bundle";
import { AlbIpSync } from "../../../modules/privatelink/alb-ip-sync";
import type { AlbIpSyncProps } from "../../../modules/privatelink/alb-ip-sync-props";
import { type Block, only, resources, type StackJson } from "../../synth";

const targetGroupArn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app-443/0123456789abcdef";
const properties: AlbIpSyncProps = {
  prefix: "app-test",
  loadBalancer: {
    arnSuffix: "app/app-test/0123456789abcdef",
    dnsName: "internal-app-test.eu-west-1.elb.amazonaws.com",
    subnetIds: ["subnet-1", "subnet-2"],
    subnetCidrs: ["10.0.0.0/27", "10.0.0.32/27"],
  },
  mappings: [{ id: "443", listenerPort: 443, targetGroupArn }],
};

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "alb-ip-sync-"));
});
afterEach(() => rmSync(outdir, { recursive: true }));

/** The stack that holds nothing but the construct. */
function synthesize(changes: Partial<AlbIpSyncProps> = {}): StackJson {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "test");
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  new LocalBackend(stack, { path: "terraform.tfstate" });
  new AlbIpSync(stack, "alb-ip-sync", { ...properties, ...changes });
  app.synth();
  return JSON.parse(readFileSync(join(outdir, "stacks/test/cdk.tf.json"), "utf8"));
}

/** Statements of the function's role. */
function statements(stack: StackJson): Block[] {
  const documents = Object.values(stack.data.aws_iam_policy_document ?? {});
  return documents.flatMap((document) => document.statement as Block[]).filter(({ sid }) => sid !== undefined);
}

/** The statement with this sid. */
function statement(stack: StackJson, sid: string): Block {
  const found = statements(stack).find((item) => item.sid === sid);
  if (!found) throw new Error(`no statement ${sid}`);
  return found;
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

describe("package", () => {
  test("is zipped by Terraform from a folder of the stack's own, with file modes that no clone changes", () => {
    const stack = synthesize();
    const [archive] = Object.values(stack.data.archive_file ?? {}) as [Block];
    expect(archive).toMatchObject({
      type: "zip",
      output_file_mode: "0644",
      output_path: "$" + "{path.module}/.build/alb-ip-sync.zip",
    });
    const source = (archive.source_dir as string).replace("$" + "{path.module}/", "");
    expect(files(join(outdir, "stacks/test", source))).toEqual(["index.js"]);
    expect(only(stack, "aws_lambda_function").filename).toMatch(/^\$\{data\.archive_file\..*\.output_path\}$/);
    expect(only(stack, "aws_lambda_function").source_code_hash).toMatch(/\.output_base64sha256\}$/);
    expect(stack.provider.archive).toHaveLength(1);
  });

  test("can be a prebuilt zip file, without the archive provider", () => {
    const zip = join("dist", `test-${process.pid}.zip`);
    ensureLambdaBundle("alb-ip-sync");
    writeFileSync(projectPath(zip), "zip");
    try {
      const stack = synthesize({ prebuiltPackage: zip });
      const { filename, source_code_hash } = only(stack, "aws_lambda_function");
      expect(files(join(outdir, "stacks/test"))).toContain(filename.replace("$" + "{path.module}/", ""));
      expect(source_code_hash).toBe(createHash("sha256").update("zip").digest("base64"));
      expect(stack.provider.archive).toBeUndefined();
    } finally {
      rmSync(projectPath(zip));
    }
  });

  test("fails when the prebuilt zip file does not exist", () => {
    expect(() => synthesize({ prebuiltPackage: "dist/none.zip" })).toThrow("run npx ecs-privatelink build-lambda");
  });

  test("leaves no path of this machine in the JSON, and the same bytes each time", () => {
    synthesize({ insideVpc: { vpcId: "vpc-1", subnetIds: ["subnet-1"] }, quickTrigger: true });
    const text = () => readFileSync(join(outdir, "stacks/test/cdk.tf.json"), "utf8");
    const first = text();
    expect(first).not.toContain(projectPath());
    synthesize({ insideVpc: { vpcId: "vpc-1", subnetIds: ["subnet-1"] }, quickTrigger: true });
    expect(text()).toBe(first);
  });
});

describe("function", () => {
  test("is Node.js 22 on arm64, without a claim on the account's quota, within the time between two runs", () => {
    expect(only(synthesize(), "aws_lambda_function")).toMatchObject({
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: "index.handler",
      reserved_concurrent_executions: -1,
      timeout: 58,
    });
  });

  test("has room for one run beside the schedule's where concurrency is reserved", () => {
    const reserved = (changes: Partial<AlbIpSyncProps>) =>
      only(synthesize({ reserveConcurrency: true, ...changes }), "aws_lambda_function").reserved_concurrent_executions;
    expect([reserved({}), reserved({ watch: false })]).toEqual([2, 1]);
  });

  test("gets the ALB, the mappings and the guards", () => {
    const { variables } = only(
      synthesize({ maximumUnconfirmedRuns: 5, dryRun: true }),
      "aws_lambda_function",
    ).environment;
    expect(variables).toMatchObject({
      ALB_ARN_SUFFIX: "app/app-test/0123456789abcdef",
      ALB_DNS_NAME: "internal-app-test.eu-west-1.elb.amazonaws.com",
      MAXIMUM_UNCONFIRMED_RUNS: "5",
      MAXIMUM_DEREGISTRATION_SHARE_PERCENT: "50",
      MINIMUM_HEALTHY_TARGETS: "1",
      DRY_RUN: "true",
    });
    expect(variables.MAPPINGS).toContain('"listenerPort" = 443');
    expect(variables.ALB_SUBNET_CIDRS).toContain('"10.0.0.0/27", "10.0.0.32/27"');
  });

  test("runs each minute and is not run again when it fails", () => {
    const stack = synthesize();
    expect(only(stack, "aws_cloudwatch_event_rule").schedule_expression).toBe("rate(1 minute)");
    expect(only(stack, "aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 0,
      maximum_event_age_in_seconds: 60,
    });
    expect(only(stack, "aws_lambda_permission")).toMatchObject({
      principal: "events.amazonaws.com",
      source_arn: expect.stringContaining("aws_cloudwatch_event_rule"),
    });
  });

  test("continues to look at DNS for most of the minute, unless told not to", () => {
    expect(JSON.parse(only(synthesize(), "aws_cloudwatch_event_target").input)).toEqual({ watchSeconds: 50 });
    expect(only(synthesize({ watch: false }), "aws_cloudwatch_event_target").input).toBeUndefined();
  });

  test("asks the authoritative DNS servers, which a function inside a VPC can't reach", () => {
    const variable = (stack: StackJson) => only(stack, "aws_lambda_function").environment.variables.AUTHORITATIVE_DNS;
    expect(variable(synthesize())).toBe("true");
    expect(variable(synthesize({ insideVpc: { vpcId: "vpc-1", subnetIds: ["subnet-7"] } }))).toBe("false");
  });

  test("fills each target group during the apply, once for each ARN", () => {
    const [fill] = resources(synthesize(), "aws_lambda_invocation");
    expect(fill?.input).toBe(`\${jsonencode({"fill" = "${targetGroupArn}"})}`);
    expect(fill?.function_name).toMatch(/aws_lambda_function.*function_name/);
  });

  test("with the quick trigger, also runs when Elastic Load Balancing makes or deletes an interface", () => {
    const rules = resources(synthesize({ quickTrigger: true }), "aws_cloudwatch_event_rule");
    const pattern = rules.map((rule) => rule.event_pattern as string | undefined).find((text) => text !== undefined);
    expect(JSON.parse(pattern ?? "")).toMatchObject({
      detail: {
        eventName: ["CreateNetworkInterface", "DeleteNetworkInterface"],
        userIdentity: { invokedBy: ["elasticloadbalancing.amazonaws.com"] },
      },
    });
  });

  test("logs to a group of its own, encrypted with the given key, for the given time", () => {
    const stack = synthesize({ kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1", logRetentionDays: 7 });
    expect(only(stack, "aws_cloudwatch_log_group")).toMatchObject({
      name: "/app-test/alb-ip-sync",
      retention_in_days: 7,
      kms_key_id: "arn:aws:kms:eu-west-1:111122223333:key/1",
    });
    expect(only(stack, "aws_lambda_function").logging_config.log_group).toMatch(/aws_cloudwatch_log_group.*name/);
  });

  test("inside a VPC has a security group that lets nothing in and only HTTPS out", () => {
    const stack = synthesize({ insideVpc: { vpcId: "vpc-1", subnetIds: ["subnet-7"] } });
    // Lambda keeps its network interfaces for a while.
    expect(only(stack, "aws_security_group").timeouts).toEqual({ delete: "45m" });
    expect(only(stack, "aws_lambda_function").vpc_config.subnet_ids).toEqual(["subnet-7"]);
    expect(only(stack, "aws_vpc_security_group_egress_rule")).toMatchObject({ from_port: 443, to_port: 443 });
    expect(stack.resource.aws_vpc_security_group_ingress_rule).toBeUndefined();
    expect(only(synthesize(), "aws_lambda_function").vpc_config).toBeUndefined();
  });
});

describe("permissions", () => {
  const ec2 = mockClient(EC2Client);
  const elb = mockClient(ElasticLoadBalancingV2Client);
  const dynamodb = mockClient(DynamoDBClient);

  /** IAM actions of the calls that the handler makes in a run that leaves no path out. */
  async function usedActions(): Promise<string[]> {
    const node = (address: string) => ({
      Description: "ELB app/app-test/0123456789abcdef",
      RequesterManaged: true,
      Attachment: { Status: "attached" as const },
      PrivateIpAddress: address,
    });
    // 10.0.0.1 is to be registered. 10.0.0.2 has no interface, and is another's when asked for: to be deregistered.
    ec2
      .on(DescribeNetworkInterfacesCommand)
      .resolvesOnce({ NetworkInterfaces: [node("10.0.0.1")] })
      .resolves({ NetworkInterfaces: [{ Description: "another's", PrivateIpAddress: "10.0.0.2" }] });
    elb.on(DescribeTargetHealthCommand).resolves({
      TargetHealthDescriptions: [{ Target: { Id: "10.0.0.2", Port: 443 }, TargetHealth: { State: "healthy" } }],
    });
    // An item that cannot be understood is replaced, so that the history is written also.
    dynamodb.onAnyCommand().resolves({ Item: { revision: { S: "1" }, history: { S: "corrupt" } } });
    Object.assign(process.env, {
      AWS_REGION: "eu-west-1",
      ALB_ARN_SUFFIX: "app/app-test/0123456789abcdef",
      ALB_DNS_NAME: "alb.invalid",
      ALB_SUBNET_CIDRS: "10.0.0.0/27",
      ALB_SUBNET_IDS: "subnet-1",
      MAPPINGS: JSON.stringify([{ listenerPort: 443, targetGroupArn }]),
      STATE_TABLE: "history",
      DNS_SERVERS: "127.0.0.1:9",
    });
    const { handler } = await import("../../../lambda/alb-ip-sync/handler");
    await handler(undefined, { getRemainingTimeInMillis: () => 10_000 }).catch(() => undefined);
    const services = { ec2, elasticloadbalancing: elb, dynamodb };
    const actions = Object.entries(services).flatMap(([prefix, client]) =>
      client.calls().map(({ args: [command] }) => `${prefix}:${command.constructor.name.replace(/Command$/, "")}`),
    );
    return [...new Set(actions)].sort();
  }

  test("are exactly the calls that the code makes, besides writing logs", async () => {
    jest.spyOn(process.stdout, "write").mockReturnValue(true);
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
    const used = await usedActions();
    jest.restoreAllMocks();
    const stack = synthesize();
    const ofTheCode = statements(stack).filter(({ sid }) => sid !== "WriteLogs");
    expect(ofTheCode.flatMap(({ actions }) => actions as string[]).sort()).toEqual(used);
    expect(statement(stack, "WriteLogs").actions).toEqual(["logs:CreateLogStream", "logs:PutLogEvents"]);
  });

  test("to change targets end at the mapped target groups, to keep the history at the one table", () => {
    const stack = synthesize();
    expect(statement(stack, "ChangeTargets").resources).toEqual([targetGroupArn]);
    expect(statement(stack, "KeepHistory").resources).toEqual([
      expect.stringMatching(/^\$\{aws_dynamodb_table\..*\.arn\}$/),
    ]);
    expect(statement(stack, "WriteLogs").resources).toEqual([
      expect.stringMatching(/^\$\{aws_cloudwatch_log_group\..*\.arn\}:\*$/),
    ]);
  });

  test("name every resource, but for calls that have no resource-level permissions", () => {
    const broad = statements(synthesize()).filter((item) => item.resources.includes("*"));
    expect(broad.flatMap(({ actions }) => actions)).toEqual([
      "ec2:DescribeNetworkInterfaces",
      "elasticloadbalancing:DescribeTargetHealth",
    ]);
  });

  test("of a dry run change nothing", () => {
    const actions = statements(synthesize({ dryRun: true })).flatMap((item) => item.actions as string[]);
    expect(actions.filter((action) => !/:Describe|^logs:/.test(action))).toEqual([]);
  });

  test("that only the Lambda service needs inside a VPC are denied to the code", () => {
    const stack = synthesize({ insideVpc: { vpcId: "vpc-1", subnetIds: ["subnet-1"] } });
    const { actions } = statement(stack, "LambdaInVpc") as { actions: string[] };
    const denied = statement(stack, "NotTheCodeItself");
    expect(denied).toMatchObject({
      effect: "Deny",
      actions: actions.filter((action) => !action.includes("Describe")),
    });
    expect(denied.condition[0].variable).toBe("lambda:SourceFunctionArn");
  });
});

describe("refuses", () => {
  test.each<[string, Partial<AlbIpSyncProps>, string]>([
    ["no mapping", { mappings: [] }, "mappings is empty"],
    [
      "two ports for one target group",
      { mappings: [443, 80].map((listenerPort) => ({ id: String(listenerPort), listenerPort, targetGroupArn })) },
      "mappings names a target group twice",
    ],
    ["an ALB without subnets", { loadBalancer: { ...properties.loadBalancer, subnetIds: [] } }, "has no subnets"],
  ])("%s", (_, changes, message) => {
    expect(() => synthesize(changes)).toThrow(message);
  });
});
