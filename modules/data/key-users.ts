import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { Construct } from "constructs";
import { ownAccount, ownPartition } from "../own-account";

const useKey = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

export interface KeyUsersProps {
  readonly prefix: string;
  readonly region: string;
  /** Whose logs there are: RDS has a namespace for instances, and one for clusters. @default instance */
  readonly databases?: "cluster" | "instance";
}

/**
 * What the policy of an environment's key says: Auto Scaling may use it for encrypted volumes, and CloudWatch Logs for
 * this environment's log groups. Other principals need no statement, because IAM policies of the account decide.
 * Sources: EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes";
 * CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
 */
export function keyUsers(scope: Construct, { databases = "instance", prefix, region }: KeyUsersProps) {
  const account = ownAccount(scope);
  const partition = ownPartition(scope);
  // A principal that does not exist yet would make AWS refuse the policy: in a new account the service-linked role
  // appears with the first Auto Scaling group. A condition is not checked for existence.
  const autoScaling = {
    principals: [{ type: "AWS", identifiers: ["*"] }],
    resources: ["*"],
  };
  const isAutoScaling = {
    test: "ArnEquals",
    variable: "aws:PrincipalArn",
    values: [
      `arn:${partition}:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    ],
  };
  const statements: DataAwsIamPolicyDocumentStatement[] = [
    { sid: "AutoScalingUse", ...autoScaling, actions: useKey, condition: [isAutoScaling] },
    {
      sid: "AutoScalingGrants",
      ...autoScaling,
      actions: ["kms:CreateGrant"],
      condition: [isAutoScaling, { test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] }],
    },
    {
      sid: "LogGroups",
      principals: [{ type: "Service", identifiers: [`logs.${region}.amazonaws.com`] }],
      actions: useKey,
      resources: ["*"],
      condition: [
        {
          test: "ArnLike",
          variable: "kms:EncryptionContext:aws:logs:arn",
          values: [`/${prefix}/*`, `/aws/rds/${databases}/${prefix}-*`, `/aws/ecs/containerinsights/${prefix}/*`].map(
            (names) => `arn:${partition}:logs:${region}:${account}:log-group:${names}`,
          ),
        },
      ],
    },
  ];
  return {
    /** ARN of the account, for the statement that lets its IAM policies decide. */
    root: `arn:${partition}:iam::${account}:root`,
    document: (before: readonly DataAwsIamPolicyDocumentStatement[]) =>
      new DataAwsIamPolicyDocument(scope, "policy", { statement: [...before, ...statements] }),
  };
}
