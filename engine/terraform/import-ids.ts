import type { TaggedResource } from "./find-by-tag";

/** Reads a resource's block in the stack's JSON. */
export interface Lookup {
  /** Value of an argument; of a reference to another resource, that one's id. */
  attribute(key: string): unknown;
}

/**
 * Kinds that AWS puts in place again without making a second one, or that belong to something else and go with it: the
 * next plan simply creates them again. Some of them can't be imported.
 */
const HARMLESS = new Set([
  "aws_appautoscaling_policy",
  "aws_appautoscaling_target",
  "aws_cloudwatch_contributor_managed_insight_rule",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_metric_alarm",
  "aws_default_security_group",
  "aws_ecr_lifecycle_policy",
  "aws_ecs_cluster_capacity_providers",
  "aws_efs_backup_policy",
  "aws_efs_file_system_policy",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_lambda_function_event_invoke_config",
  "aws_lambda_invocation",
  "aws_lb_trust_store_revocation",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_s3_object",
  "aws_secretsmanager_secret_version",
  "aws_sns_topic_policy",
  "aws_vpc_endpoint_service_allowed_principal",
  "aws_wafv2_web_acl_association",
  "docker_image",
  "docker_registry_image",
  "terraform_data",
]);

export function recreatesHarmlessly(type: string): boolean {
  return HARMLESS.has(type);
}

/** Kinds whose import wants something else than their id. Source: "Import" on each resource's page of the AWS provider. */
const SPECIAL: Readonly<
  Record<string, (id: string, lookup: Lookup, tagged: readonly TaggedResource[]) => string | undefined>
> = {
  aws_db_instance: (id, { attribute }) => text(attribute("identifier")) ?? id,
  aws_ecs_cluster: (id) => id.split("/").at(-1),
  aws_ecs_service: (id) => id.split("/").slice(-2).join("/"),
  aws_ecs_task_definition: (id, _, tagged) =>
    tagged.find(({ type, id: arn }) => type === "aws_ecs_task_definition" && arn.split(/[/:]/).at(-2) === id)?.id,
  aws_lambda_permission: (id, { attribute }) => join("/", attribute("function_name"), id),
  aws_route: (_, { attribute }) =>
    join(
      "_",
      attribute("route_table_id"),
      attribute("destination_cidr_block") ?? attribute("destination_ipv6_cidr_block"),
    ),
  aws_route_table_association: (_, { attribute }) => join("/", attribute("subnet_id"), attribute("route_table_id")),
  // Of an ARN that ends with name and id.
  aws_wafv2_web_acl: (id) => (id.includes("/") ? [...id.split("/").reverse(), "REGIONAL"].join("/") : undefined),
};

/** What `terraform import` wants for a resource of a kind with an id; undefined where that isn't known. */
export function importId(
  type: string,
  id: string,
  lookup: Lookup,
  tagged: readonly TaggedResource[],
): string | undefined {
  const special = SPECIAL[type];
  return special === undefined ? id : special(id, lookup, tagged);
}

/** Arguments that are the id, of kinds that can be there under one name only. */
const NAMED: Readonly<Record<string, string>> = {
  aws_backup_vault: "name",
  aws_cloudwatch_log_group: "name",
  aws_db_parameter_group: "name",
  aws_db_subnet_group: "name",
  aws_iam_instance_profile: "name",
  aws_iam_role: "name",
  aws_kms_alias: "name",
  aws_lambda_permission: "statement_id",
  aws_rds_cluster: "cluster_identifier",
  aws_rds_cluster_instance: "identifier",
  aws_rds_cluster_parameter_group: "name",
};

/** Import id of something whose creation had begun, where the stack's JSON tells it; it may not be there. */
export function importIdFromJson(type: string, lookup: Lookup): string | undefined {
  const argument = NAMED[type];
  const id = argument === undefined ? undefined : text(lookup.attribute(argument));
  if (type === "aws_route" || type === "aws_route_table_association") return importId(type, "", lookup, []);
  return id === undefined ? undefined : importId(type, id, lookup, []);
}

function join(separator: string, ...parts: readonly unknown[]): string | undefined {
  return parts.every((part) => typeof part === "string") ? parts.join(separator) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
