import type { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { FILL, STATE_TABLE_KEY, VARIABLES, WATCH_SECONDS } from "../../lambda/alb-ip-sync/settings";
import { type AlbIpSyncMapping, type AlbIpSyncProps, validateAlbIpSync } from "./alb-ip-sync-props";
import { syncPermissions } from "./alb-ip-sync-role";
import { functionParts, recurringFunction, runBy } from "./recurring-function";

const PACKAGE = "alb-ip-sync";

/** Time that one run may take, in seconds: less than the time between two, more than it watches. */
const TIMEOUT_SECONDS = 58;

/**
 * The Lambda that keeps the targets of NLB target groups equal to the addresses of an ALB.
 */
export class AlbIpSync extends Construct {
  readonly function: LambdaFunction;
  readonly role: IamRole;
  readonly logGroup: CloudwatchLogGroup;
  /** Keeps what EC2 and DNS have said of each address. */
  readonly stateTable: DynamodbTable;
  readonly schedule: CloudwatchEventRule;
  /** The first run for each target group, in the order of the mappings: what sends traffic there depends on it. */
  readonly fills: readonly LambdaInvocation[];
  /** Only with `quickTrigger`. */
  readonly interfaceEvents?: CloudwatchEventRule;
  /** Only inside a VPC. */
  readonly securityGroup?: SecurityGroup;

  constructor(scope: Construct, id: string, props: AlbIpSyncProps) {
    super(scope, id);
    validateAlbIpSync(props);
    const { prefix, insideVpc, kmsKeyArn, watch = true } = props;
    const name = `${prefix}-${PACKAGE}`;

    const parts = functionParts(this, {
      prefix,
      package: PACKAGE,
      stateTableKey: STATE_TABLE_KEY,
      logRetentionDays: props.logRetentionDays ?? 30,
      kmsKeyArn,
    });
    ({ logGroup: this.logGroup, role: this.role, stateTable: this.stateTable } = parts);
    const permissions = syncPermissions(this, { functionName: name, ...parts, props });
    this.securityGroup = insideVpc && this.ownSecurityGroup(name, insideVpc.vpcId);

    this.function = recurringFunction(this, parts, {
      package: PACKAGE,
      prebuiltPackage: props.prebuiltPackage,
      description: "Keeps the NLB's targets equal to the ALB's addresses",
      architecture: props.architecture ?? "arm64",
      timeout: TIMEOUT_SECONDS,
      reservedConcurrentExecutions: props.reserveConcurrency ? (watch ? 2 : 1) : -1,
      kmsKeyArn,
      policy: { name: "sync", document: permissions },
      variables: this.variables(props),
      ...(insideVpc &&
        this.securityGroup && {
          vpcConfig: { subnetIds: [...insideVpc.subnetIds], securityGroupIds: [this.securityGroup.id] },
        }),
    });
    this.fills = props.mappings.map((mapping) => this.fill(mapping));
    const target = { lambda: this.function, targetId: PACKAGE } as const;
    this.schedule = runBy(
      this,
      "schedule",
      target,
      { name, description: "Sweep of the sync Lambda", scheduleExpression: "rate(1 minute)" },
      watch ? { watchSeconds: WATCH_SECONDS } : undefined,
    );
    if (props.quickTrigger) {
      this.interfaceEvents = runBy(this, "interface-events", target, {
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

  private variables(props: AlbIpSyncProps): Record<string, string> {
    const { dryRun = false, insideVpc, loadBalancer } = props;
    return {
      [VARIABLES.albArnSuffix]: loadBalancer.arnSuffix,
      [VARIABLES.albDnsName]: loadBalancer.dnsName,
      [VARIABLES.albSubnetIds]: Fn.join(",", [...loadBalancer.subnetIds]),
      [VARIABLES.albSubnetCidrs]: Fn.join(",", [...loadBalancer.subnetCidrs]),
      [VARIABLES.mappings]: Fn.jsonencode(
        props.mappings.map(({ listenerPort, targetGroupArn }) => ({ listenerPort, targetGroupArn })),
      ),
      [VARIABLES.maximumUnconfirmedRuns]: String(props.maximumUnconfirmedRuns ?? 3),
      [VARIABLES.maximumDeregistrationSharePercent]: String(props.maximumDeregistrationSharePercent ?? 50),
      [VARIABLES.minimumHealthyTargets]: String(props.minimumHealthyTargets ?? 1),
      // The authoritative servers are outside of any VPC, and no cache makes them late.
      [VARIABLES.authoritativeDns]: String(insideVpc === undefined),
      [VARIABLES.dryRun]: String(dryRun),
      [VARIABLES.stateTable]: this.stateTable.name,
    };
  }

  /**
   * Registers the first targets of a target group during the apply. Another ARN makes another invocation; the function
   * fails it, and with it the apply, if the group remains empty.
   */
  private fill({ id, targetGroupArn }: AlbIpSyncMapping): LambdaInvocation {
    return new LambdaInvocation(this, `fill-${id}`, {
      functionName: this.function.functionName,
      input: Fn.jsonencode({ [FILL]: targetGroupArn }),
    });
  }

  private ownSecurityGroup(name: string, vpcId: string): SecurityGroup {
    const securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: "Sync Lambda: out to AWS APIs, nothing in",
      vpcId,
      // Lambda gives its interfaces back up to 45 minutes after the function has left the VPC.
      timeouts: { delete: "45m" },
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
}
