import { type ProviderJson, queryAccount } from "./account-query";
import { type StackRun, type Terraform, TerraformError } from "./terraform";

/** Something in the account that has the stack's tags, or that was found in another way. */
export interface TaggedResource {
  /** Terraform's type, e.g. `aws_vpc`. */
  readonly type: string;
  /** What Terraform calls its id. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Beginning of an ARN's resource part by Terraform's type, and whether the id is the whole ARN or what follows. */
const ARNS: readonly (readonly [type: string, arn: RegExp, id: "arn" | "rest"])[] = [
  ["aws_autoscaling_group", /:autoScalingGroupName\/(.+)$/, "rest"],
  ["aws_backup_plan", /:backup:.*:backup-plan:(.+)$/, "rest"],
  ["aws_cloudwatch_event_rule", /:events:.*:rule\/(.+)$/, "rest"],
  ["aws_cloudwatch_log_group", /:logs:.*:log-group:([^:*]+)/, "rest"],
  ["aws_db_instance", /:rds:.*:db:(.+)$/, "rest"],
  ["aws_db_parameter_group", /:rds:.*:pg:(.+)$/, "rest"],
  ["aws_db_subnet_group", /:rds:.*:subgrp:(.+)$/, "rest"],
  ["aws_dynamodb_table", /:dynamodb:.*:table\/(.+)$/, "rest"],
  ["aws_ecr_repository", /:ecr:.*:repository\/(.+)$/, "rest"],
  ["aws_ecs_capacity_provider", /:ecs:.*:capacity-provider\//, "arn"],
  ["aws_ecs_cluster", /:ecs:.*:cluster\//, "arn"],
  ["aws_ecs_service", /:ecs:.*:service\//, "arn"],
  ["aws_ecs_task_definition", /:ecs:.*:task-definition\//, "arn"],
  ["aws_efs_access_point", /:access-point\/(.+)$/, "rest"],
  ["aws_efs_file_system", /:elasticfilesystem:.*:file-system\/(.+)$/, "rest"],
  ["aws_egress_only_internet_gateway", /:ec2:.*:egress-only-internet-gateway\/(.+)$/, "rest"],
  ["aws_eip", /:ec2:.*:elastic-ip\/(.+)$/, "rest"],
  ["aws_flow_log", /:ec2:.*:vpc-flow-log\/(.+)$/, "rest"],
  ["aws_internet_gateway", /:ec2:.*:internet-gateway\/(.+)$/, "rest"],
  ["aws_kms_key", /:kms:.*:key\/(.+)$/, "rest"],
  ["aws_lambda_function", /:lambda:.*:function:(.+)$/, "rest"],
  ["aws_launch_template", /:ec2:.*:launch-template\/(.+)$/, "rest"],
  ["aws_lb_listener", /:elasticloadbalancing:.*:listener\//, "arn"],
  ["aws_lb_target_group", /:elasticloadbalancing:.*:targetgroup\//, "arn"],
  ["aws_lb_trust_store", /:elasticloadbalancing:.*:truststore\//, "arn"],
  ["aws_lb", /:elasticloadbalancing:.*:loadbalancer\//, "arn"],
  ["aws_nat_gateway", /:ec2:.*:natgateway\/(.+)$/, "rest"],
  ["aws_rds_cluster", /:rds:.*:cluster:(.+)$/, "rest"],
  ["aws_rds_cluster_parameter_group", /:rds:.*:cluster-pg:(.+)$/, "rest"],
  ["aws_route_table", /:ec2:.*:route-table\/(.+)$/, "rest"],
  ["aws_s3_bucket", /:s3:::([^/]+)$/, "rest"],
  ["aws_secretsmanager_secret", /:secretsmanager:.*:secret:/, "arn"],
  ["aws_security_group", /:ec2:.*:security-group\/(.+)$/, "rest"],
  ["aws_sns_topic", /:sns:/, "arn"],
  ["aws_subnet", /:ec2:.*:subnet\/(.+)$/, "rest"],
  ["aws_vpc_security_group_egress_rule", /:ec2:.*:security-group-rule\/(.+)$/, "rest"],
  ["aws_vpc_security_group_ingress_rule", /:ec2:.*:security-group-rule\/(.+)$/, "rest"],
  ["aws_vpc_endpoint_service", /:ec2:.*:vpc-endpoint-service\/(.+)$/, "rest"],
  ["aws_vpc_endpoint", /:ec2:.*:vpc-endpoint\/(.+)$/, "rest"],
  ["aws_vpc", /:ec2:.*:vpc\/(.+)$/, "rest"],
  ["aws_wafv2_web_acl", /:wafv2:.*:regional\/webacl\/(.+)$/, "rest"],
];

/** Asks AWS (Resource Groups Tagging API) for everything with the stack's tag. */
export async function findByTag(
  terraform: Terraform,
  stack: StackRun,
  stackJson: ProviderJson,
): Promise<TaggedResource[]> {
  const tag = stackJson.provider?.aws?.[0]?.default_tags?.[0]?.tags.stack;
  if (tag === undefined) return [];
  const found = await queryAccount(terraform, stack, stackJson, {
    data: { aws_resourcegroupstaggingapi_resources: { all: { tag_filter: [{ key: "stack", values: [tag] }] } } },
    value: "${data.aws_resourcegroupstaggingapi_resources.all.resource_tag_mapping_list}",
  });
  return (found as { resource_arn: string; tags: Record<string, string> }[]).flatMap(({ resource_arn, tags }) =>
    typed(resource_arn, tags),
  );
}

/** Asks AWS for a private hosted zone by its name and a VPC that sees it; tags can't tell: Route 53 sets them late. */
export async function findPrivateZone(
  terraform: Terraform,
  stack: StackRun,
  stackJson: ProviderJson,
  { name, vpcId }: { readonly name: string; readonly vpcId: string },
): Promise<TaggedResource[]> {
  try {
    const id = await queryAccount(terraform, stack, stackJson, {
      data: { aws_route53_zone: { zone: { name, private_zone: true, vpc_id: vpcId } } },
      value: "${data.aws_route53_zone.zone.zone_id}",
    });
    return [{ type: "aws_route53_zone", id: String(id), tags: {} }];
  } catch (error) {
    if (error instanceof TerraformError && error.details.includes("no matching Route 53 Hosted Zone")) return [];
    throw error;
  }
}

function typed(arn: string, tags: Readonly<Record<string, string>>): TaggedResource[] {
  return ARNS.flatMap(([type, pattern, id]) => {
    const match = pattern.exec(arn);
    const found = id === "arn" ? arn : match?.[1];
    return match === null || found === undefined ? [] : [{ type, id: found, tags }];
  });
}
