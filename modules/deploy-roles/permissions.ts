/**
 * What planning reads. No wildcard reaches the content of a bucket, a table, a queue or a secret: `ReadOnlyAccess`,
 * which AWS offers for such roles, would read all of them in the whole account.
 */
export const READS: readonly string[] = [
  "application-autoscaling:Describe*",
  "application-autoscaling:ListTagsForResource",
  "autoscaling:Describe*",
  "backup:Describe*",
  "backup:GetBackupPlan",
  "backup:GetBackupSelection",
  "backup:List*",
  "cloudwatch:Describe*",
  "cloudwatch:GetDashboard",
  "cloudwatch:ListManagedInsightRules",
  "cloudwatch:ListTagsForResource",
  "dynamodb:Describe*",
  "dynamodb:ListTagsOfResource",
  "ec2:Describe*",
  "ec2:GetManagedPrefixListEntries",
  "ecr:Describe*",
  "ecr:GetAuthorizationToken",
  "ecr:GetLifecyclePolicy",
  "ecr:GetRepositoryPolicy",
  "ecr:ListTagsForResource",
  "ecs:Describe*",
  "ecs:List*",
  "elasticfilesystem:Describe*",
  "elasticfilesystem:ListTagsForResource",
  "elasticloadbalancing:Describe*",
  "events:Describe*",
  "events:List*",
  "iam:GetInstanceProfile",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListInstanceProfilesForRole",
  "iam:ListRolePolicies",
  "iam:ListRoleTags",
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListResourceTags",
  "lambda:GetFunction",
  "lambda:GetFunctionCodeSigningConfig",
  "lambda:GetFunctionConcurrency",
  "lambda:GetFunctionConfiguration",
  "lambda:GetFunctionEventInvokeConfig",
  "lambda:GetFunctionRecursionConfig",
  "lambda:GetPolicy",
  "lambda:ListTags",
  "lambda:ListVersionsByFunction",
  "logs:Describe*",
  "logs:ListTagsForResource",
  "rds:Describe*",
  "rds:ListTagsForResource",
  "route53:GetChange",
  "route53:GetHostedZone",
  "route53:ListHostedZones",
  "route53:ListHostedZonesByName",
  "route53:ListHostedZonesByVPC",
  "route53:ListResourceRecordSets",
  "route53:ListTagsForResource",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucket*",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  "scheduler:Get*",
  "scheduler:ListTagsForResource",
  "secretsmanager:DescribeSecret",
  "secretsmanager:GetRandomPassword",
  "secretsmanager:GetResourcePolicy",
  "sns:GetSubscriptionAttributes",
  "sns:GetTopicAttributes",
  "sns:ListSubscriptionsByTopic",
  "sns:ListTagsForResource",
  "states:Describe*",
  "states:ListStateMachineVersions",
  "states:ListTagsForResource",
  // The provider lets AWS judge a changed definition while it plans.
  "states:ValidateStateMachineDefinition",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ListQueueTags",
  "sts:GetCallerIdentity",
  // After a run that was killed: what it has created, by the stack's tags.
  "tag:GetResources",
  "wafv2:GetWebACL",
  "wafv2:GetWebACLForResource",
  "wafv2:ListTagsForResource",
];

/** Services whose resources the stacks make, in their own Region. */
export const CHANGED_SERVICES: readonly string[] = [
  "application-autoscaling",
  "autoscaling",
  "backup",
  // A vault's own storage, needed to make one with a customer managed key.
  "backup-storage",
  "cloudwatch",
  "dynamodb",
  "ec2",
  "ecr",
  "ecs",
  "elasticfilesystem",
  "elasticloadbalancing",
  "events",
  "kms",
  "lambda",
  "logs",
  "rds",
  "s3",
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "states",
  "wafv2",
];

/**
 * Changes of roles and instance profiles, allowed for those of the environment only. `iam:AttachRolePolicy` is a
 * statement of its own, bounded by the policies below.
 */
export const ROLE_CHANGES: readonly string[] = [
  "iam:AddRoleToInstanceProfile",
  "iam:CreateInstanceProfile",
  "iam:CreateRole",
  "iam:DeleteInstanceProfile",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePolicy",
  "iam:RemoveRoleFromInstanceProfile",
  "iam:TagInstanceProfile",
  "iam:TagRole",
  "iam:UntagInstanceProfile",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
  "iam:UpdateRoleDescription",
];

/**
 * Those of them that decide what a role may do; they know the role's permissions boundary.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access Management"
 */
export const BOUNDED_ROLE_CHANGES: readonly string[] = [
  "iam:CreateRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePolicy",
];

/** Changes of a role's permissions boundary itself. */
export const BOUNDARY_CHANGES: readonly string[] = [
  "iam:DeleteRolePermissionsBoundary",
  "iam:PutRolePermissionsBoundary",
];

/** Policies of AWS that roles of the environment carry: no other one can be attached, `AdministratorAccess` least of all. */
export const ATTACHED_POLICIES: readonly string[] = [
  "AWSBackupServiceRolePolicyForS3Backup",
  "AmazonSSMManagedInstanceCore",
  "service-role/AWSBackupServiceRolePolicyForBackup",
  "service-role/AmazonEC2ContainerServiceforEC2Role",
  "service-role/AmazonRDSEnhancedMonitoringRole",
];

/** Services that roles of the environment are for. */
export const PASSED_TO: readonly string[] = [
  "backup.amazonaws.com",
  "ec2.amazonaws.com",
  "ecs-tasks.amazonaws.com",
  "lambda.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "scheduler.amazonaws.com",
  "states.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
];

/** Services whose own roles come into being with the first resource of an account. */
export const SERVICE_LINKED: readonly string[] = [
  "autoscaling.amazonaws.com",
  "backup.amazonaws.com",
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "elasticfilesystem.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "rds.amazonaws.com",
];

/** Services whose configuration a consumer's endpoint stack reads. */
const CONSUMER_READS = ["ec2:", "route53:", "sts:", "tag:"];

/** What planning a consumer's stack reads. */
export const readsOfConsumers = (): string[] =>
  READS.filter((action) => CONSUMER_READS.some((service) => action.startsWith(service)));

/** Whether a pattern of an IAM policy covers an action; `*` stands for anything, and case does not matter. */
export function covers(pattern: string, action: string): boolean {
  const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${expression}$`, "i").test(action);
}
