/** Resource types in words, longest type first where one begins with another. */
const LABELS: readonly (readonly [type: string, label: string])[] = [
  ["aws_cloudwatch_event_rule", "EventBridge rule"],
  ["aws_cloudwatch_log_group", "log group"],
  ["aws_dynamodb_table", "DynamoDB table"],
  ["aws_ecr_repository", "ECR repository"],
  ["aws_efs_access_point", "EFS access point"],
  ["aws_efs_file_system", "EFS file system"],
  ["aws_iam_openid_connect_provider", "OpenID Connect identity provider"],
  ["aws_iam_role", "role"],
  ["aws_kms_key", "KMS key"],
  ["aws_lambda_function", "Lambda function"],
  ["aws_lb_target_group", "target group"],
  ["aws_lb", "load balancer"],
  ["aws_s3_bucket", "S3 bucket"],
  ["aws_secretsmanager_secret", "secret"],
  ["aws_sns_topic", "SNS topic"],
  ["aws_sqs_queue", "SQS queue"],
];

const REFERENCE = /\$\{(?:data\.terraform_remote_state\.[^.{}]+\.outputs\.cross-stack-output-)?([^{}]*)\}/g;
const HASH = /_[0-9A-F]{8}/;

/** A policy's text with references to resources in words: `${aws_s3_bucket.static-assets_bucket_4A1D1F33.arn}` is `<S3 bucket static-assets>`. */
export const inWords = (text: string): string => text.replaceAll(REFERENCE, (_, reference: string) => words(reference));

function words(reference: string): string {
  const found = LABELS.find(([type]) => reference.startsWith(type));
  if (found === undefined) return `<${reference.replace(HASH, "")}>`;
  const [type, label] = found;
  // Behind the hash stands the attribute: the ARN, or a name, which its place in the policy tells.
  const [name = ""] = reference.slice(type.length).replace(/^\./, "").split(HASH);
  const known = new Set(label.toLowerCase().split(" "));
  const path = name.split("_").filter((part) => !part.split("-").every((word) => known.has(word)));
  return `<${[label, ...path].join(" ")}>`;
}
