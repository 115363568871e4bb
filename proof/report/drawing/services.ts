import { resources, type Stacks } from "../../../paths/model/stacks";
import type { Scene } from "./boxes";
import { type Box, type BoxKind, idOf, type Sign } from "./drawing";

/** Id of the box of a Lambda function outside every VPC. */
export const functionId = (key: string): string => idOf(key);

const own = ({ environment, stacks }: Scene): Stacks =>
  Object.fromEntries(Object.entries(stacks).filter(([id]) => id.endsWith(`-${environment}`)));

interface Look {
  readonly type: string;
  readonly kind: BoxKind;
  readonly sign: Sign;
  readonly title: string;
  /** Only those whose construct path says so. */
  readonly named?: string;
}

/** What AWS keeps outside of the VPC, in the order in which it is drawn. */
const regional: readonly Look[] = [
  { type: "aws_ecs_cluster", sign: "cluster", kind: "compute", title: "ECS cluster" },
  { type: "aws_ecr_repository", sign: "registry", kind: "compute", title: "ECR repository" },
  { type: "aws_s3_bucket", sign: "bucket", kind: "data", title: "S3 static assets", named: "static-assets" },
  { type: "aws_sqs_queue", sign: "queue", kind: "data", title: "SQS queue" },
  { type: "aws_scheduler_schedule", sign: "clock", kind: "compute", title: "Job schedule" },
  { type: "aws_efs_file_system", sign: "files", kind: "data", title: "EFS file system" },
  { type: "aws_backup_vault", sign: "vault", kind: "data", title: "Backup vault" },
  { type: "aws_dynamodb_table", sign: "database", kind: "data", title: "Sync state" },
  { type: "aws_wafv2_web_acl", sign: "filter", kind: "security", title: "WAF web ACL" },
  { type: "aws_lb_trust_store", sign: "secret", kind: "security", title: "ALB trust store" },
  { type: "aws_secretsmanager_secret", sign: "secret", kind: "security", title: "Database secret" },
  { type: "aws_kms_key", sign: "secret", kind: "security", title: "KMS key" },
  { type: "aws_cloudwatch_log_group", sign: "logs", kind: "operations", title: "CloudWatch logs" },
  { type: "aws_cloudwatch_metric_alarm", sign: "alarm", kind: "operations", title: "CloudWatch alarms" },
  { type: "aws_cloudwatch_dashboard", sign: "dashboard", kind: "operations", title: "Dashboard" },
  { type: "aws_sns_topic", sign: "topic", kind: "operations", title: "SNS notifications" },
];

/** The Region's services, packed into one group. Several resources of a type are one box: the first stands for them. */
export function regionalServices(scene: Scene, id: string): Box {
  const children = regional.flatMap(({ kind, named = "", sign, title, type }): Box[] => {
    const found = resources(own(scene), type).filter(
      ({ key, origin }) => key.includes(named) && !origin.stack.startsWith("state-backend-"),
    );
    const [first] = found;
    if (!first) return [];
    const counted = found.length > 1 ? `${title} ×${found.length}` : title;
    return [{ id: idOf(`regional-${type}`), kind, sign, title: counted, resource: first.key, children: [] }];
  });
  return { id, kind: "group", title: "AWS services", detail: "by their APIs", children, arrange: "wrap" };
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  "alb-ip-sync": "Sync Lambda",
  "consumer-connections": "Consumer connections",
};

/** The sync Lambda and the function that accepts consumers where they run outside the VPC, and what starts each. */
export function functionsOutside({ network, ...scene }: Scene): Box[] {
  return network.functionsOutside.map(({ address, stack }) => {
    const [name = ""] = address.replace("aws_lambda_function.", "").split("_");
    const rules = resources(own({ network, ...scene }), "aws_cloudwatch_event_rule").filter(({ key }) =>
      key.includes(`.${name}_`),
    );
    const schedule = rules.map(({ block }) => String(block.schedule_expression ?? "")).find((text) => text !== "");
    return {
      id: functionId(`${stack}/${address}`),
      kind: "compute",
      sign: "function",
      title: FUNCTIONS[name] ?? name,
      ...(schedule === undefined ? {} : { detail: schedule }),
      resource: `${stack}/${address}`,
      children: [],
    };
  });
}
