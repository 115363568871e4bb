import { BackupPlan } from "@cdktf/provider-aws/lib/backup-plan";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection";
import { BackupVault } from "@cdktf/provider-aws/lib/backup-vault";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import { ownAccount, ownPartition } from "../own-account";

export interface BackupProps {
  readonly prefix: string;
  readonly options: Environment["data"]["backup"];
  readonly kmsKeyArn: string;
  readonly fileSystemArn?: string;
  /** A versioned bucket: AWS Backup takes no other. */
  readonly bucketArn?: string;
  /** Let Terraform refuse every plan that would delete or replace the vault. @default false */
  readonly preventDestroy?: boolean;
}

/** AWS's own lists of what a backup needs, for all that AWS Backup knows and for S3. */
const managedPolicies = ["service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"];

const minutesADay = 24 * 60;

/**
 * A daily recovery point of file system and static assets, in a vault that the environment's key encrypts. They are
 * named by ARN: that counts even where the account has not opted in to a kind of resource, which a tag would not.
 * Source: AWS Backup Developer Guide, "Service opt-in".
 */
export class Backup extends Construct {
  readonly vault: BackupVault;
  readonly plan: BackupPlan;
  readonly selection: BackupSelection;
  readonly role: IamRole;

  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id);
    const { options, prefix } = props;
    const { role, rights } = this.addRole(props);
    this.role = role;
    this.vault = new BackupVault(this, "vault", {
      name: prefix,
      kmsKeyArn: props.kmsKeyArn,
      forceDestroy: options.forceDestroy,
      ...(props.preventDestroy && { lifecycle: { preventDestroy: true } }),
      // AWS Backup ends recovery points with this role: it has to outlive a vault that refuses to be deleted. Source: AWS
      // Backup Developer Guide, "Deleting backups".
      dependsOn: [role, ...rights],
    });
    this.plan = new BackupPlan(this, "plan", {
      name: prefix,
      rule: [
        {
          ruleName: "daily",
          targetVaultName: this.vault.name,
          schedule: `cron(0 ${options.hourUtc} * * ? *)`,
          // The provider would stop a backup after three hours; the first of a large file system takes longer.
          startWindow: 8 * 60,
          completionWindow: 7 * minutesADay,
          lifecycle: { deleteAfter: options.retentionDays },
        },
      ],
    });
    this.selection = new BackupSelection(this, "selection", {
      name: prefix,
      planId: this.plan.id,
      iamRoleArn: this.role.arn,
      resources: [props.fileSystemArn, props.bucketArn].filter((arn) => arn !== undefined),
    });
  }

  /** It reads and never writes back: a restore takes a role of its own. */
  private addRole({ bucketArn, prefix }: BackupProps): { role: IamRole; rights: TerraformResource[] } {
    const account = ownAccount(this);
    const partition = ownPartition(this);
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          principals: [{ type: "Service", identifiers: ["backup.amazonaws.com"] }],
          actions: ["sts:AssumeRole"],
          condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
        },
      ],
    });
    const role = new IamRole(this, "role", { name: `${prefix}-backup`, assumeRolePolicy: trust.json });
    const attached = managedPolicies.map(
      (policy, index) =>
        new IamRolePolicyAttachment(this, `managed-policy-${index + 1}`, {
          role: role.name,
          policyArn: `arn:${partition}:iam::aws:policy/${policy}`,
        }),
    );
    const limits = new DataAwsIamPolicyDocument(this, "limits-document", {
      statement: [
        {
          // The managed policy reads every bucket of the account.
          sid: "OtherBuckets",
          effect: "Deny",
          actions: ["s3:GetObject*", "s3:PutBucketNotification", "s3:PutInventoryConfiguration"],
          ...(bucketArn === undefined ? { resources: ["*"] } : { notResources: [bucketArn, `${bucketArn}/*`] }),
        },
      ],
    });
    const ownBucketOnly = new IamRolePolicy(this, "limits", {
      role: role.name,
      name: "only-static-assets",
      policy: limits.json,
    });
    return { role, rights: [...attached, ownBucketOnly] };
  }
}
