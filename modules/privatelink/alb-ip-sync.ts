import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { DataArchiveFile } from "@cdktf/provider-archive/lib/data-archive-file";
import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { AssetType, Fn, TerraformAsset, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { projectPath } from "../../config/project";
import { STATE_TABLE_KEY, VARIABLES } from "../../lambda/alb-ip-sync/settings";
import { ensureLambdaBundle } from "../../lambda/bundle";

/** Time that one run may take, in seconds: less than the time between two. */
const TIMEOUT_SECONDS = 45;

/** The ALB whose addresses are followed. */
export interface AlbIpSyncLoadBalancer {
  /** `app/<name>/<id>`: end of its ARN, and of the description of its network interfaces. */
  readonly arnSuffix: string;
  readonly dnsName: string;
  readonly subnetIds: readonly string[];
  /** IPv4 and IPv6 blocks of these subnets; no address outside them becomes a target. */
  readonly subnetCidrs: readonly string[];
}

/** An NLB target group of type `ip`, and the ALB listener port its targets have. */
export interface AlbIpSyncMapping {
  readonly listenerPort: number;
  readonly targetGroupArn: string;
  /** @default "ipv4" */
  readonly ipAddressType?: "ipv4" | "ipv6";
}

/** Where the function runs if not outside the VPC. */
export interface AlbIpSyncVpc {
  readonly vpcId: string;
  /** They need a way to the APIs of EC2, Elastic Load Balancing and DynamoDB: endpoints or NAT. */
  readonly subnetIds: readonly string[];
}

export interface AlbIpSyncProps {
  readonly prefix: string;
  readonly loadBalancer: AlbIpSyncLoadBalancer;
  readonly mappings: readonly AlbIpSyncMapping[];
  /** Minutes between two runs. @default 1 */
  readonly scheduleMinutes?: number;
  /** Runs that a target without interface is kept while DNS lists its address. @default 3 */
  readonly maximumUnconfirmedRuns?: number;
  /** Share of the targets that one run may deregister on one witness alone, in percent. @default 50 */
  readonly maximumDeregistrationSharePercent?: number;
  /** Healthy targets that a run on one witness alone never goes below. @default 1 */
  readonly minimumHealthyTargets?: number;
  /** Decide, log and measure, but change no target. The role then lacks the permission to. @default false */
  readonly dryRun?: boolean;
  /** Also run on events of load balancer interfaces; needs a CloudTrail trail with management events. @default false */
  readonly quickTrigger?: boolean;
  /** @default - the function runs outside the VPC */
  readonly insideVpc?: AlbIpSyncVpc;
  /** @default "arm64" */
  readonly architecture?: "arm64" | "x86_64";
  /** @default 30 */
  readonly logRetentionDays?: number;
  /** Customer managed key of the log group and the environment variables. @default - keys that AWS owns */
  readonly kmsKeyArn?: string;
  /**
   * Keep runs apart by a reserved concurrency of 1. Without, runs side by side stay correct: what they do can be done
   * twice, and their writes are conditional. @default true
   */
  readonly reserveConcurrency?: boolean;
  /**
   * Path inside the project of the zip file made by `npm run build:lambda`, for runs that plan and apply in different places.
   * @default - Terraform's archive provider zips the bundle
   */
  readonly prebuiltPackage?: string;
}

/**
 * The Lambda that keeps the targets of NLB target groups equal to the addresses of an ALB.
 *
 * There is no dead-letter queue and no retry of failed runs: an event carries nothing that the next run, a minute
 * later, does not read afresh. What must not go unnoticed is that runs fail or stop: see `metric-names.ts` for what to
 * raise alarms on.
 */
export class AlbIpSync extends Construct {
  readonly function: LambdaFunction;
  readonly role: IamRole;
  readonly logGroup: CloudwatchLogGroup;
  /** Keeps how long an address has had no interface while DNS lists it. */
  readonly stateTable: DynamodbTable;
  readonly schedule: CloudwatchEventRule;
  /** Only with `quickTrigger`. */
  readonly interfaceEvents?: CloudwatchEventRule;
  /** Only inside a VPC. */
  readonly securityGroup?: SecurityGroup;

  constructor(scope: Construct, id: string, props: AlbIpSyncProps) {
    super(scope, id);
    validate(props);
    const { prefix, loadBalancer, scheduleMinutes = 1, dryRun = false, insideVpc, kmsKeyArn } = props;
    const name = `${prefix}-alb-ip-sync`;

    this.logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: `/${prefix}/alb-ip-sync`,
      retentionInDays: props.logRetentionDays ?? 30,
      kmsKeyId: kmsKeyArn,
    });
    // A few counters that a lost table would make start again: no backup, and the key that AWS owns.
    this.stateTable = new DynamodbTable(this, "state-table", {
      name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: STATE_TABLE_KEY,
      attribute: [{ name: STATE_TABLE_KEY, type: "S" }],
      tags: { Name: name },
    });
    this.role = new IamRole(this, "role", { name, assumeRolePolicy: this.trust().json, tags: { Name: name } });
    const policy = new IamRolePolicy(this, "role-policy", {
      name: "sync",
      role: this.role.name,
      policy: this.permissions(name, props).json,
    });
    this.securityGroup = insideVpc && this.ownSecurityGroup(name, insideVpc.vpcId);

    this.function = new LambdaFunction(this, "function", {
      functionName: name,
      description: "Keeps the NLB's targets equal to the ALB's addresses",
      ...this.package(props.prebuiltPackage),
      handler: "index.handler",
      runtime: "nodejs22.x",
      architectures: [props.architecture ?? "arm64"],
      memorySize: 256,
      timeout: TIMEOUT_SECONDS,
      reservedConcurrentExecutions: props.reserveConcurrency === false ? -1 : 1,
      role: this.role.arn,
      kmsKeyArn,
      loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
      environment: {
        variables: {
          [VARIABLES.albArnSuffix]: loadBalancer.arnSuffix,
          [VARIABLES.albDnsName]: loadBalancer.dnsName,
          [VARIABLES.albSubnetIds]: Fn.join(",", [...loadBalancer.subnetIds]),
          [VARIABLES.albSubnetCidrs]: Fn.join(",", [...loadBalancer.subnetCidrs]),
          [VARIABLES.mappings]: Fn.jsonencode(
            props.mappings.map(({ listenerPort, targetGroupArn, ipAddressType = "ipv4" }) => ({
              listenerPort,
              targetGroupArn,
              ipAddressType,
            })),
          ),
          [VARIABLES.maximumUnconfirmedRuns]: String(props.maximumUnconfirmedRuns ?? 3),
          [VARIABLES.maximumDeregistrationSharePercent]: String(props.maximumDeregistrationSharePercent ?? 50),
          [VARIABLES.minimumHealthyTargets]: String(props.minimumHealthyTargets ?? 1),
          [VARIABLES.scheduleMinutes]: String(scheduleMinutes),
          [VARIABLES.dryRun]: String(dryRun),
          [VARIABLES.stateTable]: this.stateTable.name,
          POWERTOOLS_SERVICE_NAME: name,
        },
      },
      ...(insideVpc &&
        this.securityGroup && {
          vpcConfig: { subnetIds: [...insideVpc.subnetIds], securityGroupIds: [this.securityGroup.id] },
        }),
      // The first run needs the permissions; the last cleaning up of interfaces in a VPC does, too.
      dependsOn: [policy],
      tags: { Name: name },
    });
    new LambdaFunctionEventInvokeConfig(this, "asynchronous-invocation", {
      functionName: this.function.functionName,
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
    });

    this.schedule = this.trigger("schedule", {
      name,
      description: "Sweep of the sync Lambda",
      scheduleExpression: scheduleMinutes === 1 ? "rate(1 minute)" : `rate(${scheduleMinutes} minutes)`,
    });
    if (props.quickTrigger) {
      this.interfaceEvents = this.trigger("interface-events", {
        name: `${name}-events`,
        description: "Network interfaces that Elastic Load Balancing makes or deletes",
        eventPattern: JSON.stringify({
          source: ["aws.ec2"],
          "detail-type": ["AWS API Call via CloudTrail"],
          detail: {
            eventSource: ["ec2.amazonaws.com"],
            eventName: ["CreateNetworkInterface", "DeleteNetworkInterface"],
            userIdentity: { invokedBy: ["elasticloadbalancing.amazonaws.com"] },
          },
        }),
      });
    }
  }

  private trust(): DataAwsIamPolicyDocument {
    return new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        { actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }] },
      ],
    });
  }

  /**
   * What the function may do. The two `Describe` actions have no resource-level permissions.
   * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2" and "… for AWS
   * Elastic Load Balancing V2".
   */
  private permissions(functionName: string, props: AlbIpSyncProps): DataAwsIamPolicyDocument {
    const statement: DataAwsIamPolicyDocumentStatement[] = [
      {
        sid: "ReadWitnesses",
        actions: ["ec2:DescribeNetworkInterfaces", "elasticloadbalancing:DescribeTargetHealth"],
        resources: ["*"],
      },
      {
        sid: "WriteLogs",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [`${this.logGroup.arn}:*`],
      },
    ];
    if (!props.dryRun) {
      statement.push(
        {
          sid: "ChangeTargets",
          actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
          resources: props.mappings.map(({ targetGroupArn }) => targetGroupArn),
        },
        {
          sid: "KeepCounters",
          actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
          resources: [this.stateTable.arn],
        },
      );
    }
    if (props.kmsKeyArn !== undefined) {
      statement.push({ sid: "ReadEnvironment", actions: ["kms:Decrypt"], resources: [props.kmsKeyArn] });
    }
    if (props.insideVpc) statement.push(...interfacesOfTheFunction(functionName));
    return new DataAwsIamPolicyDocument(this, "permissions", { statement });
  }

  private ownSecurityGroup(name: string, vpcId: string): SecurityGroup {
    const securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "Sync Lambda: out to AWS APIs, nothing in",
      vpcId,
      tags: { Name: name },
    });
    // API endpoints have no fixed address: interface endpoints in the VPC, gateway endpoints and NAT outside.
    new VpcSecurityGroupEgressRule(this, "to-aws-apis", {
      securityGroupId: securityGroup.id,
      description: "AWS APIs through endpoints or NAT",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "0.0.0.0/0",
    });
    return securityGroup;
  }

  private package(prebuilt: string | undefined): { filename: string; sourceCodeHash: string } {
    if (prebuilt !== undefined) {
      const path = projectPath(prebuilt);
      if (!existsSync(path))
        throw new Error(`prebuiltPackage is ${prebuilt}, which does not exist: run npm run build:lambda`);
      const asset = new TerraformAsset(this, "package", { path, type: AssetType.FILE });
      const sourceCodeHash = createHash("sha256").update(readFileSync(path)).digest("base64");
      return { filename: `\${path.module}/${asset.path}`, sourceCodeHash };
    }
    const asset = new TerraformAsset(this, "bundle", { path: ensureLambdaBundle(), type: AssetType.DIRECTORY });
    const stack = TerraformStack.of(this);
    if (!stack.node.findAll().some((node) => node instanceof ArchiveProvider)) new ArchiveProvider(stack, "archive");
    const archive = new DataArchiveFile(this, "archive", {
      type: "zip",
      sourceDir: `\${path.module}/${asset.path}`,
      outputPath: `\${path.module}/.build/${this.node.id}.zip`,
      // Without it the bytes depend on the modes of the clone's files.
      outputFileMode: "0644",
    });
    return { filename: archive.outputPath, sourceCodeHash: archive.outputBase64Sha256 };
  }

  /** A rule that runs the function. A run that comes late is worth less than the next one. */
  private trigger(
    id: string,
    rule: { name: string; description: string; scheduleExpression?: string; eventPattern?: string },
  ): CloudwatchEventRule {
    const eventRule = new CloudwatchEventRule(this, id, { ...rule, tags: { Name: rule.name } });
    const permission = new LambdaPermission(this, `${id}-permission`, {
      statementId: id,
      action: "lambda:InvokeFunction",
      functionName: this.function.functionName,
      principal: "events.amazonaws.com",
      sourceArn: eventRule.arn,
    });
    new CloudwatchEventTarget(this, `${id}-target`, {
      rule: eventRule.name,
      arn: this.function.arn,
      targetId: "alb-ip-sync",
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
      dependsOn: [permission],
    });
    return eventRule;
  }
}

/**
 * What the Lambda service needs to connect a function to a VPC; the function's own code must not use it.
 * Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
function interfacesOfTheFunction(functionName: string): DataAwsIamPolicyDocumentStatement[] {
  const changes = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
  ];
  return [
    { sid: "LambdaInVpc", actions: [...changes, "ec2:DescribeSubnets"], resources: ["*"] },
    {
      sid: "NotTheCodeItself",
      effect: "Deny",
      actions: changes,
      resources: ["*"],
      condition: [
        {
          test: "ArnLike",
          variable: "lambda:SourceFunctionArn",
          values: [`arn:*:lambda:*:*:function:${functionName}`],
        },
      ],
    },
  ];
}

function validate({ mappings, scheduleMinutes = 1, loadBalancer }: AlbIpSyncProps): void {
  if (mappings.length === 0) throw new Error("mappings is empty: give at least one target group");
  if (new Set(mappings.map(({ targetGroupArn }) => targetGroupArn)).size < mappings.length) {
    throw new Error("mappings names a target group twice: give each target group one listener port");
  }
  if (!Number.isInteger(scheduleMinutes) || scheduleMinutes < 1 || scheduleMinutes > 60) {
    throw new Error(`scheduleMinutes is ${scheduleMinutes}: give a whole number from 1 to 60`);
  }
  if (loadBalancer.subnetIds.length === 0 || loadBalancer.subnetCidrs.length === 0) {
    throw new Error("loadBalancer has no subnets: give their ids and their blocks");
  }
}
