import { clusterInstances, type DatabaseEngine, databaseEngine, parameterGroup } from "./database-engine";
import { deploymentAlarmNames } from "./deployment-alarms";
import {
  applicationTargetGroup,
  hasInstances,
  resourcePrefix,
  serviceListeners,
  stateBucket,
  storesClientCas,
} from "./derive";
import { limitedConsumers, webAclName } from "./request-limits";
import type { Consumer, Environment } from "./schema";
import { watchedConsumers } from "./service-consumers";
import { createdQueue, serviceTargetGroup, type Workload, workloadId, workloads } from "./workloads";

/** What a service takes for a name. */
export interface NameRule {
  readonly minimum?: number;
  readonly maximum: number;
  /** Characters; a service that takes more still gets no others. */
  readonly pattern: RegExp;
  /** What the service refuses although the characters are right; `words` complete "a name that …". */
  readonly refuses?: readonly { readonly what: RegExp; readonly words: string }[];
  /** Whether two names that differ in case alone are the same to the service. */
  readonly ignoresCase?: true;
  /** Where a name may stand once: in the account and Region unless it says otherwise. */
  readonly unique?: "account" | "vpc" | "world" | "parent";
  readonly source: string;
}

const beginning = (word: string) => ({ what: new RegExp(`^${word}`, "i"), words: `does not begin with ${word}` });
const ending = (word: string) => ({ what: new RegExp(`${word}$`), words: `does not end with ${word}` });
const twoHyphens = { what: /--/, words: "has no two hyphens in a row" };
const lastHyphen = { what: /-$/, words: "does not end with a hyphen" };
const outerHyphen = { what: /^-|-$/, words: "neither begins nor ends with a hyphen" };

const bucketRules = 'Amazon S3 User Guide, "General purpose bucket naming rules"';
const bucketRefuses = [
  ...["xn--", "sthree-", "amzn-s3-demo-"].map(beginning),
  ...["-s3alias", "--ol-s3", "--x-s3", "--table-s3"].map(ending),
];
const elbName = { maximum: 32, pattern: /^[A-Za-z0-9-]+$/ };

/**
 * Every attribute by which the stacks name something in AWS, and what its service takes. A test compares it with what
 * they synthesize, so that no name is left out.
 */
export const nameRules = {
  "aws_autoscaling_group.name": {
    maximum: 255,
    pattern: /^[\x21-\x39\x3b-\x7e]+$/,
    source: 'Amazon EC2 Auto Scaling API Reference, "CreateAutoScalingGroup"',
  },
  "aws_backup_plan.name": {
    maximum: 50,
    pattern: /^[\w.-]+$/,
    source: 'AWS Backup Developer Guide, "BackupPlanInput"',
  },
  "aws_backup_selection.name": {
    maximum: 50,
    pattern: /^[\w.-]+$/,
    unique: "parent",
    source: 'AWS Backup Developer Guide, "BackupSelection"',
  },
  "aws_backup_vault.name": {
    minimum: 2,
    maximum: 50,
    pattern: /^[\w-]+$/,
    source: 'AWS Backup Developer Guide, "CreateBackupVault"',
  },
  "aws_cloudwatch_dashboard.dashboard_name": {
    maximum: 255,
    pattern: /^[\w-]+$/,
    unique: "account",
    source: 'Amazon CloudWatch API Reference, "PutDashboard"',
  },
  "aws_cloudwatch_event_rule.name": {
    maximum: 64,
    pattern: /^[\w.-]+$/,
    source: 'Amazon EventBridge API Reference, "PutRule"',
  },
  "aws_cloudwatch_log_group.name": {
    maximum: 512,
    pattern: /^[\w./#-]+$/,
    refuses: [{ what: /^aws\//, words: "does not begin with aws/" }],
    source: 'Amazon CloudWatch Logs API Reference, "CreateLogGroup"',
  },
  "aws_cloudwatch_metric_alarm.alarm_name": {
    maximum: 255,
    pattern: /^[\x20-\x7e]+$/,
    source: 'Amazon CloudWatch API Reference, "PutMetricAlarm"',
  },
  "aws_db_instance.identifier": {
    maximum: 63,
    pattern: /^[a-z][a-z0-9-]*$/,
    refuses: [twoHyphens, lastHyphen],
    source: 'Amazon RDS API Reference, "CreateDBInstance"',
  },
  "aws_db_parameter_group.name": {
    maximum: 255,
    pattern: /^[a-z][a-z0-9-]*$/,
    refuses: [twoHyphens, lastHyphen],
    source: 'Amazon RDS API Reference, "CreateDBParameterGroup"',
  },
  "aws_rds_cluster.cluster_identifier": {
    maximum: 63,
    pattern: /^[a-z][a-z0-9-]*$/,
    refuses: [twoHyphens, lastHyphen],
    source: 'Amazon RDS API Reference, "CreateDBCluster"',
  },
  "aws_rds_cluster_instance.identifier": {
    maximum: 63,
    pattern: /^[a-z][a-z0-9-]*$/,
    refuses: [twoHyphens, lastHyphen],
    source: 'Amazon RDS API Reference, "CreateDBInstance"',
  },
  "aws_rds_cluster_parameter_group.name": {
    maximum: 255,
    pattern: /^[a-z][a-z0-9-]*$/,
    refuses: [twoHyphens, lastHyphen],
    source: 'Amazon RDS API Reference, "CreateDBClusterParameterGroup"',
  },
  "aws_db_subnet_group.name": {
    maximum: 255,
    pattern: /^[a-z0-9 ._-]+$/,
    refuses: [{ what: /^default$/, words: "is not default" }],
    source: 'Amazon RDS API Reference, "CreateDBSubnetGroup"',
  },
  "aws_dynamodb_table.name": {
    minimum: 3,
    maximum: 255,
    pattern: /^[\w.-]+$/,
    source: 'Amazon DynamoDB Developer Guide, "Supported data types and naming rules"',
  },
  "aws_ecr_repository.name": {
    minimum: 2,
    maximum: 256,
    pattern: /^[a-z0-9._/-]+$/,
    refuses: [{ what: /[._/-]{2}|[._/-]$/, words: "has no two of . _ - / in a row" }],
    source: 'Amazon ECR API Reference, "CreateRepository"',
  },
  "aws_ecs_capacity_provider.name": {
    maximum: 255,
    pattern: /^[\w-]+$/,
    refuses: ["aws", "ecs", "fargate"].map(beginning),
    source: 'Amazon ECS API Reference, "CreateCapacityProvider"',
  },
  "aws_ecs_cluster.name": {
    maximum: 255,
    pattern: /^[\w-]+$/,
    source: 'Amazon ECS API Reference, "CreateCluster"',
  },
  "aws_ecs_service.name": {
    maximum: 255,
    pattern: /^[\w-]+$/,
    unique: "parent",
    source: 'Amazon ECS API Reference, "CreateService"',
  },
  "aws_ecs_task_definition.family": {
    maximum: 255,
    pattern: /^[\w-]+$/,
    source: 'Amazon ECS API Reference, "RegisterTaskDefinition"',
  },
  "aws_iam_instance_profile.name": {
    maximum: 128,
    pattern: /^[\w+=,.@-]+$/,
    ignoresCase: true,
    unique: "account",
    source: 'IAM User Guide, "IAM and AWS STS quotas"',
  },
  "aws_iam_role.name": {
    maximum: 64,
    pattern: /^[\w+=,.@-]+$/,
    ignoresCase: true,
    unique: "account",
    source: 'IAM User Guide, "IAM and AWS STS quotas"',
  },
  "aws_kms_alias.name": {
    maximum: 256,
    pattern: /^alias\/[\w/-]+$/,
    refuses: [{ what: /^alias\/aws\//, words: "does not begin with alias/aws/" }],
    source: 'AWS KMS API Reference, "CreateAlias"',
  },
  "aws_lambda_function.function_name": {
    maximum: 64,
    pattern: /^[\w-]+$/,
    source: 'AWS Lambda API Reference, "CreateFunction"',
  },
  "aws_launch_template.name": {
    minimum: 3,
    maximum: 128,
    pattern: /^[\w()./-]+$/,
    source: 'Amazon EC2 API Reference, "CreateLaunchTemplate"',
  },
  "aws_lb.name": {
    ...elbName,
    refuses: [outerHyphen, beginning("internal-")],
    source: 'Elastic Load Balancing API Reference, "CreateLoadBalancer"',
  },
  "aws_lb_trust_store.name": {
    ...elbName,
    refuses: [outerHyphen, twoHyphens],
    source: 'Elastic Load Balancing API Reference, "CreateTrustStore"',
  },
  "aws_lb_target_group.name": {
    ...elbName,
    refuses: [outerHyphen],
    source: 'Elastic Load Balancing API Reference, "CreateTargetGroup"',
  },
  "aws_s3_bucket.bucket": {
    minimum: 3,
    maximum: 63,
    pattern: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/,
    refuses: bucketRefuses,
    unique: "world",
    source: bucketRules,
  },
  "aws_s3_bucket.bucket_prefix": {
    // Terraform puts 26 characters behind it.
    maximum: 37,
    pattern: /^[a-z0-9][a-z0-9-]*$/,
    refuses: bucketRefuses.filter(({ what }) => !what.source.endsWith("$")),
    unique: "parent",
    source: bucketRules,
  },
  "aws_scheduler_schedule.name": {
    maximum: 64,
    pattern: /^[\w.-]+$/,
    unique: "parent",
    source: 'Amazon EventBridge Scheduler API Reference, "CreateSchedule"',
  },
  "aws_scheduler_schedule_group.name": {
    maximum: 64,
    pattern: /^[\w.-]+$/,
    source: 'Amazon EventBridge Scheduler API Reference, "CreateScheduleGroup"',
  },
  "aws_secretsmanager_secret.name_prefix": {
    maximum: 512 - 26,
    pattern: /^[\w/+=.@-]+$/,
    unique: "parent",
    source: 'AWS Secrets Manager API Reference, "CreateSecret"',
  },
  "aws_security_group.name": {
    maximum: 255,
    pattern: /^[\w .:/()#,@[\]+=&;{}!$*-]+$/,
    refuses: [beginning("sg-")],
    unique: "vpc",
    source: 'Amazon EC2 API Reference, "CreateSecurityGroup"',
  },
  "aws_sfn_state_machine.name": {
    maximum: 80,
    pattern: /^[\w-]+$/,
    source: 'AWS Step Functions API Reference, "CreateStateMachine"',
  },
  "aws_sqs_queue.name": {
    maximum: 80,
    pattern: /^[\w-]+(\.fifo)?$/,
    source: 'Amazon SQS API Reference, "CreateQueue"',
  },
  "aws_sns_topic.display_name": {
    maximum: 100,
    pattern: /^[\x20-\x7e]+$/,
    unique: "parent",
    source: 'Amazon SNS API Reference, "SetTopicAttributes"',
  },
  "aws_sns_topic.name": {
    maximum: 256,
    pattern: /^[\w-]+$/,
    source: 'Amazon SNS API Reference, "CreateTopic"',
  },
  "aws_wafv2_web_acl.name": {
    maximum: 128,
    pattern: /^[\w-]+$/,
    source: 'AWS WAF API Reference, "CreateWebACL"',
  },
} as const satisfies Readonly<Record<string, NameRule>>;

/** Resource type and attribute. */
export type NameKind = keyof typeof nameRules;

/** A name that the stacks give something. */
export interface BuiltName {
  readonly kind: NameKind;
  readonly name: string;
}

/**
 * Names of an environment's stacks, made from project, file name and ports. Left out are names that hold a hash or a
 * fixed text behind one of these: what is true of the longest is true of them.
 */
export function environmentNames(environment: Environment): BuiltName[] {
  const prefix = resourcePrefix(environment);
  const all = (kind: NameKind, ...suffixes: string[]): BuiltName[] =>
    suffixes.map((suffix) => ({ kind, name: `${prefix}${suffix}` }));
  const bucket = environment.backend.type === "s3" ? stateBucket(environment) : undefined;
  const verifiesClients = environment.compute.loadBalancer.mutualTls?.mode === "verify";
  return [
    ...all("aws_lb.name", "-alb", "-nlb"),
    { kind: "aws_lb_target_group.name", name: applicationTargetGroup(environment) },
    ...all("aws_lb_target_group.name", ...serviceListeners(environment).map(({ port }) => `-${port}-0000`)),
    ...(verifiesClients ? all("aws_lb_trust_store.name", "-clients") : []),
    ...(limitedConsumers(environment.privatelink).length > 0
      ? [{ kind: "aws_wafv2_web_acl.name" as const, name: webAclName(prefix) }]
      : []),
    ...(storesClientCas(environment) ? all("aws_s3_bucket.bucket_prefix", "-clients-") : []),
    ...all("aws_autoscaling_group.name", "-instances"),
    ...all("aws_backup_plan.name", ""),
    ...all("aws_backup_selection.name", ""),
    ...all("aws_backup_vault.name", ""),
    ...all("aws_cloudwatch_dashboard.dashboard_name", ""),
    ...deploymentAlarmNames(environment).map(
      (name): BuiltName => ({ kind: "aws_cloudwatch_metric_alarm.alarm_name", name }),
    ),
    ...all("aws_cloudwatch_event_rule.name", "-alb-ip-sync", "-alb-ip-sync-events"),
    ...(databaseEngine(environment.data.database).isAurora
      ? [
          ...all("aws_rds_cluster.cluster_identifier", "-database"),
          ...clusterInstances("-database", environment.data.database).flatMap((name) =>
            all("aws_rds_cluster_instance.identifier", name),
          ),
          ...all("aws_rds_cluster_parameter_group.name", `-${parameterGroup(environment.data.database)}`),
        ]
      : [
          ...all("aws_db_instance.identifier", "-database"),
          ...all("aws_db_parameter_group.name", `-${parameterGroup(environment.data.database)}`),
        ]),
    ...all("aws_db_subnet_group.name", "-database"),
    ...all("aws_dynamodb_table.name", "-alb-ip-sync"),
    ...all("aws_ecr_repository.name", "-app"),
    // Only there can be a project that ECS would refuse: on Fargate from the beginning there is no such provider.
    ...(hasInstances(environment.compute) ? all("aws_ecs_capacity_provider.name", "-instances") : []),
    ...all("aws_ecs_cluster.name", ""),
    ...all("aws_ecs_service.name", "-app"),
    ...all("aws_ecs_task_definition.family", "-app", "-data-load"),
    ...all("aws_iam_instance_profile.name", "-instances"),
    ...all("aws_iam_role.name", ...roles.map((role) => `-${role}`)),
    ...all("aws_lambda_function.function_name", "-alb-ip-sync"),
    ...all("aws_launch_template.name", "-instances"),
    ...all("aws_s3_bucket.bucket_prefix", "-alb-logs-", "-static-"),
    ...all("aws_secretsmanager_secret.name_prefix", "-database-"),
    ...all("aws_security_group.name", ...securityGroups.map((group) => `-${group}`)),
    ...all("aws_sns_topic.display_name", ""),
    ...all("aws_sns_topic.name", "-notifications"),
    ...["", "-notifications"].map(
      (suffix): BuiltName => ({
        kind: "aws_kms_alias.name",
        name: `alias/${prefix}${suffix}`,
      }),
    ),
    ...workloads(environment).flatMap((each) => [
      { kind: "aws_cloudwatch_log_group.name" as const, name: `/${prefix}/${workloadId(each)}` },
      ...workloadNames(prefix, each),
    ]),
    ...(Object.values(environment.jobs).some(({ schedule }) => schedule)
      ? all("aws_scheduler_schedule_group.name", "")
      : []),
    ...(watchedConsumers(environment.privatelink).length > 0 ? consumerConnectionsNames(prefix) : []),
    ...logGroups(prefix, databaseEngine(environment.data.database)).map(
      (name): BuiltName => ({ kind: "aws_cloudwatch_log_group.name", name }),
    ),
    ...(bucket
      ? [
          { kind: "aws_s3_bucket.bucket" as const, name: bucket },
          { kind: "aws_kms_alias.name" as const, name: `alias/${bucket}` },
        ]
      : []),
  ];
}

/** Names of the function that accepts consumers' endpoints, and of what belongs to it. */
function consumerConnectionsNames(prefix: string): BuiltName[] {
  const name = `${prefix}-consumer-connections`;
  const kinds: readonly NameKind[] = [
    "aws_cloudwatch_event_rule.name",
    "aws_dynamodb_table.name",
    "aws_iam_role.name",
    "aws_lambda_function.function_name",
  ];
  return [
    ...kinds.map((kind) => ({ kind, name })),
    { kind: "aws_cloudwatch_log_group.name", name: `/${prefix}/consumer-connections` },
  ];
}

/** Names of what belongs to one workload. */
function workloadNames(environment: string, workload: Workload): BuiltName[] {
  const prefix = `${environment}-${workloadId(workload)}`;
  const roles = (...suffixes: string[]) =>
    suffixes.map((role): BuiltName => ({ kind: "aws_iam_role.name", name: `${prefix}-${role}` }));
  const own: BuiltName[] = [
    { kind: "aws_ecs_task_definition.family", name: prefix },
    { kind: "aws_security_group.name", name: prefix },
    ...roles("execution", "task"),
  ];
  if (workload.kind === "worker") {
    const queue = createdQueue(workload.options);
    const suffix = queue?.fifo ? ".fifo" : "";
    return [
      ...own,
      { kind: "aws_ecs_service.name", name: prefix },
      ...(queue
        ? ["", "-dead"].map((end): BuiltName => ({ kind: "aws_sqs_queue.name", name: `${prefix}${end}${suffix}` }))
        : []),
    ];
  }
  if (workload.kind === "service") {
    return [
      ...own,
      { kind: "aws_ecs_service.name", name: prefix },
      { kind: "aws_lb_target_group.name", name: serviceTargetGroup(environment, workload) },
    ];
  }
  if (workload.options.schedule === undefined) return own;
  return [
    ...own,
    ...roles("runs", "schedule"),
    { kind: "aws_sfn_state_machine.name", name: prefix },
    { kind: "aws_scheduler_schedule.name", name: prefix },
  ];
}

/** Names of a consumer's stack. Its bucket for the state is made outside of this project. */
export function consumerNames(consumer: Consumer): BuiltName[] {
  const bucket = consumer.backend.type === "s3" ? stateBucket(consumer) : undefined;
  return [
    { kind: "aws_security_group.name", name: `${consumer.name}-endpoint` },
    ...(bucket ? [{ kind: "aws_s3_bucket.bucket" as const, name: bucket }] : []),
  ];
}

const roles = [
  "alb-ip-sync",
  "app-execution",
  "app-task",
  "backup",
  "data-load-execution",
  "data-load-task",
  "database-monitoring",
  "deploy-apply",
  "deploy-plan",
  "instances",
  "vpc-flow-logs",
];

const securityGroups = [
  "alb",
  "alb-ip-sync",
  "data-load",
  "database",
  "files",
  "instances",
  "interface-endpoints",
  "nlb",
  "tasks",
];

const logGroups = (prefix: string, { isAurora, logTypes }: DatabaseEngine) => [
  ...["alb-ip-sync", "application", "data-load", "execute-command", "vpc-flow-logs"].map(
    (name) => `/${prefix}/${name}`,
  ),
  ...logTypes.map((type) => `/aws/rds/${isAurora ? "cluster" : "instance"}/${prefix}-database/${type}`),
  `/aws/ecs/containerinsights/${prefix}/performance`,
];

/** Why a service does not take a name, in words that complete "a name that …"; undefined where it does. */
export function refusal({ kind, name }: BuiltName): string | undefined {
  const { maximum, minimum = 1, pattern, refuses = [] }: NameRule = nameRules[kind];
  if (name.length > maximum) return `has at most ${maximum} characters`;
  if (name.length < minimum) return `has at least ${minimum} characters`;
  return refuses.find(({ what }) => what.test(name))?.words ?? (pattern.test(name) ? undefined : `matches ${pattern}`);
}
