import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { STATE_TABLE_KEY, VARIABLES } from "../../lambda/alb-ip-sync/settings";
import { syncPackage } from "./alb-ip-sync-package";
import { type AlbIpSyncProps, validateAlbIpSync } from "./alb-ip-sync-props";
import { syncPermissions, syncTrust } from "./alb-ip-sync-role";

/** Time that one run may take, in seconds: less than the time between two. */
const TIMEOUT_SECONDS = 45;

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
    validateAlbIpSync(props);
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
    this.role = new IamRole(this, "role", { name, assumeRolePolicy: syncTrust(this).json, tags: { Name: name } });
    const policy = new IamRolePolicy(this, "role-policy", {
      name: "sync",
      role: this.role.name,
      policy: syncPermissions(this, { functionName: name, logGroup: this.logGroup, stateTable: this.stateTable, props })
        .json,
    });
    this.securityGroup = insideVpc && this.ownSecurityGroup(name, insideVpc.vpcId);

    this.function = new LambdaFunction(this, "function", {
      functionName: name,
      description: "Keeps the NLB's targets equal to the ALB's addresses",
      ...syncPackage(this, props.prebuiltPackage),
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
