import type { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { functionConsumers } from "../../config/service-consumers";
import { STATE_TABLE_KEY, VARIABLES } from "../../lambda/consumer-connections/settings";
import { functionParts, permitInvocation, recurringFunction, runBy } from "./recurring-function";

const PACKAGE = "consumer-connections";

export interface ConsumerConnectionsProps {
  readonly environment: Environment;
  readonly service: { readonly id: string; readonly arn: string };
  /** Topic of the service's connection events: each starts a run. */
  readonly topicArn: string;
  /** Customer managed key of the log group and the environment variables. */
  readonly kmsKeyArn: string;
}

/**
 * The Lambda that accepts the endpoints which the registry of consumers allows, and counts those that are connected.
 */
export class ConsumerConnections extends Construct {
  readonly function: LambdaFunction;
  readonly role: IamRole;
  readonly logGroup: CloudwatchLogGroup;
  /**
   * Keeps which endpoints were granted a place, so that no place is given twice. Grants that a lost table would forget are
   * of endpoints that are connected, which count without it.
   */
  readonly stateTable: DynamodbTable;
  readonly schedule: CloudwatchEventRule;
  readonly subscription: SnsTopicSubscription;

  constructor(scope: Construct, id: string, props: ConsumerConnectionsProps) {
    super(scope, id);
    const { environment, kmsKeyArn, service, topicArn } = props;
    const options = environment.privatelink.consumerConnections;
    const prefix = resourcePrefix(environment);
    const parts = functionParts(this, {
      prefix,
      package: PACKAGE,
      stateTableKey: STATE_TABLE_KEY,
      logRetentionDays: environment.observability.logRetentionDays,
      kmsKeyArn,
    });
    ({ logGroup: this.logGroup, role: this.role, stateTable: this.stateTable } = parts);
    this.function = recurringFunction(this, parts, {
      package: PACKAGE,
      prebuiltPackage: options.prebuiltPackage,
      description: "Accepts endpoints that the registry of consumers allows",
      architecture: options.architecture,
      timeout: 50,
      kmsKeyArn,
      policy: { name: PACKAGE, document: this.permissions(props) },
      variables: {
        [VARIABLES.serviceId]: service.id,
        [VARIABLES.consumers]: JSON.stringify(functionConsumers(environment.privatelink)),
        [VARIABLES.stateTable]: this.stateTable.name,
        [VARIABLES.dryRun]: String(options.dryRun),
      },
    });
    const minutes = options.sweepMinutes;
    this.schedule = runBy(
      this,
      "schedule",
      { lambda: this.function, targetId: PACKAGE },
      {
        name: `${prefix}-${PACKAGE}`,
        description: "Sweep of the consumer connections function",
        scheduleExpression: `rate(${minutes} ${minutes === 1 ? "minute" : "minutes"})`,
      },
    );
    this.subscription = this.onEvents(topicArn);
  }

  /**
   * What the function may do. Connections and metrics are read without resource-level permissions; it can neither create endpoints
   * nor change who may. Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2".
   */
  private permissions({ environment, kmsKeyArn, service }: ConsumerConnectionsProps): DataAwsIamPolicyDocument {
    const { consumerConnections, consumers } = environment.privatelink;
    const decisions = Object.values(consumers);
    const changes = [
      ...(decisions.some(({ accept }) => accept.automatically) ? ["ec2:AcceptVpcEndpointConnections"] : []),
      ...(decisions.some(({ accept }) => accept.rejectAfterExpiry) ? ["ec2:RejectVpcEndpointConnections"] : []),
    ];
    const changing: DataAwsIamPolicyDocumentStatement[] = [
      ...(changes.length > 0 ? [{ sid: "Decide", actions: changes, resources: [service.arn] }] : []),
      { sid: "KeepGrants", actions: ["dynamodb:PutItem"], resources: [this.stateTable.arn] },
    ];
    return new DataAwsIamPolicyDocument(this, "permissions", {
      statement: [
        { sid: "ListConnections", actions: ["ec2:DescribeVpcEndpointConnections"], resources: ["*"] },
        { sid: "ReadResets", actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
        { sid: "ReadGrants", actions: ["dynamodb:GetItem"], resources: [this.stateTable.arn] },
        ...(consumerConnections.dryRun ? [] : changing),
        {
          sid: "WriteLogs",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${this.logGroup.arn}:*`],
        },
        { sid: "ReadEnvironment", actions: ["kms:Decrypt"], resources: [kmsKeyArn] },
      ],
    });
  }

  /** Every message of the topic starts a run, an alarm's also: a run reads what is there, and does nothing twice. */
  private onEvents(topicArn: string): SnsTopicSubscription {
    const permission = permitInvocation(this, "events", this.function, "sns.amazonaws.com", topicArn);
    return new SnsTopicSubscription(this, "events", {
      topicArn,
      protocol: "lambda",
      endpoint: this.function.arn,
      dependsOn: [permission],
    });
  }
}
