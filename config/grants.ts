import type { Environment } from "./schema";

/** Inline policies of a role in all, white space not counted. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const INLINE_POLICY_CHARACTERS = 10_240;

/** What a task may be granted on one resource. */
export interface Grant {
  readonly actions: readonly string[];
  /** Service that the calls go to: last part of the name of its interface endpoint; s3 and dynamodb have gateways. */
  readonly endpoint: string;
  /** ARNs of the resource, without partition. */
  readonly resource: RegExp;
  /** What it is, and an example of the rest of its ARN. */
  readonly resourceInWords: readonly [what: string, example: string];
  /** What is added to the ARN where the actions are about more than the resource itself. */
  readonly further?: readonly string[];
  /** Actions on the bucket, limited to the prefix. */
  readonly bucketActions?: readonly string[];
}

const inRegion = (service: string, resource: string) => new RegExp(`^${service}:[a-z0-9-]+:\\d{12}:${resource}$`);
const region = "eu-central-1:111122223333";
const queue = {
  endpoint: "sqs",
  resource: inRegion("sqs", "[\\w-]{1,80}(\\.fifo)?"),
  resourceInWords: ["an SQS queue", `sqs:${region}:orders`],
} as const;
const topic = {
  endpoint: "sns",
  resource: inRegion("sns", "[\\w-]{1,256}(\\.fifo)?"),
  resourceInWords: ["an SNS topic", `sns:${region}:events`],
} as const;
const bucket = {
  endpoint: "s3",
  resource: /^s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  resourceInWords: ["an S3 bucket", "s3:::reports"],
  bucketActions: ["s3:ListBucket"],
} as const;
const table = {
  endpoint: "dynamodb",
  resource: inRegion("dynamodb", "table/[\\w.-]{3,255}"),
  resourceInWords: ["a DynamoDB table", `dynamodb:${region}:table/orders`],
  further: ["/index/*"],
} as const;
const key = {
  endpoint: "kms",
  resource: inRegion("kms", "key/[\\w-]{36}"),
  resourceInWords: ["a KMS key", `kms:${region}:key/12345678-1234-4234-8234-123456789012`],
} as const;
const readTable = [
  "dynamodb:BatchGetItem",
  "dynamodb:ConditionCheckItem",
  "dynamodb:DescribeTable",
  "dynamodb:GetItem",
  "dynamodb:Query",
  "dynamodb:Scan",
];
const queueAttributes = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"];

/**
 * What `application.permissions.<name>.use` may be. Source: Service Authorization Reference, the services' pages: each
 * action has resource-level permissions of the kind named.
 */
export const grants = {
  "sqs-consume": {
    ...queue,
    actions: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", ...queueAttributes, "sqs:ReceiveMessage"],
  },
  "sqs-send": { ...queue, actions: [...queueAttributes, "sqs:SendMessage"] },
  "sns-publish": { ...topic, actions: ["sns:Publish"] },
  "s3-read": { ...bucket, actions: ["s3:GetObject"] },
  "s3-write": {
    ...bucket,
    actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
  },
  "dynamodb-read": { ...table, actions: readTable },
  "dynamodb-read-write": {
    ...table,
    actions: [
      ...readTable,
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
    ].sort(),
  },
  "kms-decrypt": { ...key, actions: ["kms:Decrypt"] },
  "kms-encrypt-decrypt": { ...key, actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"] },
  "secret-read": {
    endpoint: "secretsmanager",
    resource: inRegion("secretsmanager", "secret:[\\w/+=.@-]+-[A-Za-z0-9]{6}"),
    resourceInWords: ["a secret, by its full ARN", `secretsmanager:${region}:secret:prod/stripe-AbCdEf`],
    actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
  },
  "parameter-read": {
    endpoint: "ssm",
    resource: inRegion("ssm", "parameter/[\\w./-]+"),
    resourceInWords: ["an SSM parameter", `ssm:${region}:parameter/prod/app/flag`],
    actions: ["ssm:GetParameter", "ssm:GetParameters"],
  },
  "event-put": {
    endpoint: "events",
    resource: inRegion("events", "event-bus/[\\w./-]+"),
    resourceInWords: ["an event bus", `events:${region}:event-bus/orders`],
    actions: ["events:PutEvents"],
  },
  "state-machine-start": {
    endpoint: "states",
    resource: inRegion("states", "stateMachine:[\\w-]+"),
    resourceInWords: ["a state machine", `states:${region}:stateMachine:orders`],
    actions: ["states:StartExecution"],
  },
  "lambda-invoke": {
    endpoint: "lambda",
    resource: inRegion("lambda", "function:[\\w-]{1,64}"),
    resourceInWords: ["a Lambda function", `lambda:${region}:function:price`],
    actions: ["lambda:InvokeFunction"],
    further: [":*"],
  },
} as const satisfies Readonly<Record<string, Grant>>;

export type GrantName = keyof typeof grants;

/** A permission of a task, with the name that the file gives it. */
export type Permission = Environment["application"]["permissions"][string];

export const grantOf = ({ use }: Permission): Grant | undefined => (use === undefined ? undefined : grants[use]);

/** A statement of a task's policy. */
export interface GrantedStatement {
  readonly sid?: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly condition?: { test: string; variable: string; values: string[] }[];
}

/** The statements that make up the permissions of a task. */
export const grantedStatements = (permissions: Readonly<Record<string, Permission>>): GrantedStatement[] =>
  Object.entries(permissions).flatMap(([sid, permission]): GrantedStatement[] => {
    const { actions = [], of = "", prefix = "", resources = [] } = permission;
    const grant = grantOf(permission);
    if (grant === undefined) return [{ sid, actions: [...actions], resources: [...resources] }];
    if (grant.bucketActions === undefined) {
      return [
        { sid, actions: [...grant.actions], resources: [of, ...(grant.further ?? []).map((end) => `${of}${end}`)] },
      ];
    }
    const listed = { actions: [...grant.bucketActions], resources: [of] };
    return [
      { sid, actions: [...grant.actions], resources: [`${of}/${prefix}*`] },
      prefix === ""
        ? listed
        : { ...listed, condition: [{ test: "StringLike", variable: "s3:prefix", values: [`${prefix}*`] }] },
    ];
  });

/**
 * Interface endpoints by the prefix of the actions, where they have other names.
 * Source: AWS PrivateLink Guide, "AWS services that integrate with AWS PrivateLink".
 */
const endpointsOfActions: Readonly<Record<string, string>> = {
  bedrock: "bedrock-runtime",
  cloudwatch: "monitoring",
  firehose: "kinesis-firehose",
  kinesis: "kinesis-streams",
  ses: "email",
};

/** Services whose interface endpoint has the name of their actions' prefix. */
const sameName: readonly string[] = [
  "athena",
  "cognito-idp",
  "comprehend",
  "ecs",
  "events",
  "glue",
  "kms",
  "lambda",
  "logs",
  "polly",
  "rekognition",
  "s3",
  "dynamodb",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "states",
  "sts",
  "textract",
  "transcribe",
  "translate",
  "xray",
];

/** Service that an action is a call to, where it is known. */
const endpointOf = (action: string): string | undefined => {
  const [prefix = ""] = action.split(":");
  return endpointsOfActions[prefix] ?? sameName.find((name) => name === prefix);
};

/** Services that permissions are calls to, each once, sorted: last parts of endpoint names. */
export const grantedServices = (permissions: Readonly<Record<string, Permission>>): string[] => {
  const services = Object.values(permissions).flatMap((permission) => {
    const grant = grantOf(permission);
    return grant ? [grant.endpoint] : (permission.actions ?? []).flatMap((action) => endpointOf(action) ?? []);
  });
  return [...new Set(services)].sort();
};
