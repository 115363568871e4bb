import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";

export interface EncryptionKeyProps {
  readonly prefix: string;
  readonly region: string;
  /** Days between scheduled deletion and the end of the key. */
  readonly deletionWindowDays: number;
}

const useKey = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

/**
 * The environment's customer managed key. IAM policies of the account decide who may use it; besides, Auto Scaling may
 * use it for encrypted volumes, and CloudWatch Logs for this environment's log groups.
 * Sources: EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes";
 * CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
 */
export class EncryptionKey extends Construct {
  readonly key: KmsKey;
  readonly alias: KmsAlias;

  constructor(scope: Construct, id: string, { prefix, region, deletionWindowDays }: EncryptionKeyProps) {
    super(scope, id);
    const account = new DataAwsCallerIdentity(this, "account", {}).accountId;
    const partition = new DataAwsPartition(this, "partition", {}).partition;
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
    const policy = new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          sid: "AccountDecides",
          principals: [{ type: "AWS", identifiers: [`arn:${partition}:iam::${account}:root`] }],
          actions: ["kms:*"],
          resources: ["*"],
        },
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
              values: [`/${prefix}/*`, `/aws/rds/instance/${prefix}-*`].map(
                (names) => `arn:${partition}:logs:${region}:${account}:log-group:${names}`,
              ),
            },
          ],
        },
      ],
    });
    this.key = new KmsKey(this, "key", {
      description: `Data of ${prefix}`,
      enableKeyRotation: true,
      deletionWindowInDays: deletionWindowDays,
      policy: policy.json,
      tags: { Name: prefix },
    });
    this.alias = new KmsAlias(this, "alias", { name: `alias/${prefix}`, targetKeyId: this.key.keyId });
  }
}
