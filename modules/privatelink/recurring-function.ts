import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction, type LambdaFunctionConfig } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { Construct } from "constructs";
import type { FunctionName } from "../../lambda/functions";
import { functionPackage } from "./function-package";

/** What a function that runs again and again writes to, and who it is. Its permissions name the parts. */
export interface FunctionParts {
  readonly logGroup: CloudwatchLogGroup;
  readonly stateTable: DynamodbTable;
  readonly role: IamRole;
}

interface FunctionPartsProps {
  readonly prefix: string;
  readonly package: FunctionName;
  /** Hash key of the table, a text. */
  readonly stateTableKey: string;
  readonly logRetentionDays: number;
  /** Customer managed key of the log group. @default - a key that AWS owns */
  readonly kmsKeyArn?: string;
}

export function functionParts(scope: Construct, props: FunctionPartsProps): FunctionParts {
  const { stateTableKey, prefix } = props;
  const name = `${prefix}-${props.package}`;
  const trust = new DataAwsIamPolicyDocument(scope, "trust", {
    statement: [
      { actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }] },
    ],
  });
  return {
    logGroup: new CloudwatchLogGroup(scope, "log-group", {
      name: `/${prefix}/${props.package}`,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: props.kmsKeyArn,
    }),
    // A run reads the world again whatever the table has lost: no backup, and the key that AWS owns.
    stateTable: new DynamodbTable(scope, "state-table", {
      name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: stateTableKey,
      attribute: [{ name: stateTableKey, type: "S" }],
      tags: { Name: name },
    }),
    role: new IamRole(scope, "role", { name, assumeRolePolicy: trust.json, tags: { Name: name } }),
  };
}

interface RecurringFunctionProps
  extends Required<Pick<LambdaFunctionConfig, "description" | "timeout">>,
    Pick<LambdaFunctionConfig, "kmsKeyArn" | "reservedConcurrentExecutions" | "vpcConfig"> {
  readonly package: FunctionName;
  readonly prebuiltPackage: string | undefined;
  readonly architecture: "arm64" | "x86_64";
  readonly policy: { readonly name: string; readonly document: DataAwsIamPolicyDocument };
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The function itself. There is no dead-letter queue and no retry of failed runs: an event carries nothing that the next
 * run does not read again. Alarms have to tell that runs fail or stop: `metric-names.ts` of the function has its metrics.
 */
export function recurringFunction(
  scope: Construct,
  { logGroup, role }: FunctionParts,
  { architecture, package: name, policy, prebuiltPackage, variables, ...config }: RecurringFunctionProps,
): LambdaFunction {
  const functionName = role.nameInput as string;
  const permissions = new IamRolePolicy(scope, "role-policy", {
    name: policy.name,
    role: role.name,
    policy: policy.document.json,
  });
  const lambda = new LambdaFunction(scope, "function", {
    ...config,
    ...functionPackage(scope, name, prebuiltPackage),
    functionName,
    handler: "index.handler",
    runtime: "nodejs22.x",
    architectures: [architecture],
    memorySize: 256,
    role: role.arn,
    loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
    environment: { variables: { ...variables, POWERTOOLS_SERVICE_NAME: functionName } },
    // The first run needs the permissions; the last cleaning up of interfaces in a VPC does, too.
    dependsOn: [permissions],
    tags: { Name: functionName },
  });
  new LambdaFunctionEventInvokeConfig(scope, "asynchronous-invocation", {
    functionName: lambda.functionName,
    maximumRetryAttempts: 0,
    maximumEventAgeInSeconds: 60,
  });
  return lambda;
}

interface Trigger {
  readonly name: string;
  readonly description: string;
  readonly scheduleExpression?: string;
  readonly eventPattern?: string;
}

/** A rule that runs the function. A run that comes late is worth less than the next one. */
export function runBy(
  scope: Construct,
  id: string,
  { lambda, targetId }: { readonly lambda: LambdaFunction; readonly targetId: FunctionName },
  trigger: Trigger,
  input?: Readonly<Record<string, unknown>>,
): CloudwatchEventRule {
  const rule = new CloudwatchEventRule(scope, id, { ...trigger, tags: { Name: trigger.name } });
  const permission = permitInvocation(scope, id, lambda, "events.amazonaws.com", rule.arn);
  new CloudwatchEventTarget(scope, `${id}-target`, {
    rule: rule.name,
    arn: lambda.arn,
    targetId,
    ...(input && { input: JSON.stringify(input) }),
    retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
    dependsOn: [permission],
  });
  return rule;
}

/** Lets a service run the function on behalf of one resource. */
export function permitInvocation(
  scope: Construct,
  id: string,
  lambda: LambdaFunction,
  principal: string,
  sourceArn: string,
): LambdaPermission {
  return new LambdaPermission(scope, `${id}-permission`, {
    statementId: id,
    action: "lambda:InvokeFunction",
    functionName: lambda.functionName,
    principal,
    sourceArn,
  });
}
