import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import type { Construct } from "constructs";
import type { AlbIpSyncProps } from "./alb-ip-sync-props";

interface SyncPermissionsProps {
  readonly functionName: string;
  readonly logGroup: CloudwatchLogGroup;
  readonly stateTable: DynamodbTable;
  readonly props: AlbIpSyncProps;
}

/**
 * What the function may do. The two `Describe` actions have no resource-level permissions.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2" and "… for AWS
 * Elastic Load Balancing V2".
 */
export function syncPermissions(
  scope: Construct,
  { functionName, logGroup, props, stateTable }: SyncPermissionsProps,
): DataAwsIamPolicyDocument {
  const statement: DataAwsIamPolicyDocumentStatement[] = [
    {
      sid: "ReadWitnesses",
      actions: ["ec2:DescribeNetworkInterfaces", "elasticloadbalancing:DescribeTargetHealth"],
      resources: ["*"],
    },
    {
      sid: "WriteLogs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`${logGroup.arn}:*`],
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
        sid: "KeepHistory",
        actions: ["dynamodb:GetItem", "dynamodb:PutItem"],
        resources: [stateTable.arn],
      },
    );
  }
  if (props.kmsKeyArn !== undefined) {
    statement.push({ sid: "ReadEnvironment", actions: ["kms:Decrypt"], resources: [props.kmsKeyArn] });
  }
  if (props.insideVpc) statement.push(...interfacesOfTheFunction(functionName));
  return new DataAwsIamPolicyDocument(scope, "permissions", { statement });
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
