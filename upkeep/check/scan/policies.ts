import { placeOf, type ScannedStack } from "./stack-json";

/** A statement of a policy, as `aws_iam_policy_document` writes it. */
export interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly not_actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly not_resources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

export type PolicyKind = "identity" | "trust" | "resource";

export interface Policy {
  /** Stack and construct path. */
  readonly place: string;
  /** What refers to it begins with this, e.g. `data.aws_iam_policy_document.key_policy_55EBA191`. */
  readonly address: string;
  readonly kind: PolicyKind;
  readonly statements: readonly Statement[];
}

/** Every policy document of a stack, sorted by place. */
export function policiesOf(stack: ScannedStack): Policy[] {
  return Object.entries(stack.json.data?.aws_iam_policy_document ?? {})
    .map(([name, document]) => {
      const { statement = [] } = document as { statement?: readonly Statement[] };
      const address = `data.aws_iam_policy_document.${name}`;
      return { place: placeOf(stack, name), address, kind: kindOf(statement), statements: statement };
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

function kindOf(statements: readonly Statement[]): PolicyKind {
  if (statements.every(({ principals }) => principals === undefined)) return "identity";
  const assumes = statements.every(({ actions = [] }) =>
    actions.every((action) => action.startsWith("sts:AssumeRole")),
  );
  return assumes ? "trust" : "resource";
}

/** ARNs that stand for those that AWS gives resources, by the type of the resource. */
const SAMPLE_ARNS: Readonly<Record<string, string>> = {
  aws_autoscaling_group: "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:id:autoScalingGroupName/name",
  aws_cloudwatch_log_group: "arn:aws:logs:eu-central-1:123456789012:log-group:name",
  aws_dynamodb_table: "arn:aws:dynamodb:eu-central-1:123456789012:table/name",
  aws_ecr_repository: "arn:aws:ecr:eu-central-1:123456789012:repository/name",
  aws_ecs_cluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/name",
  aws_efs_file_system: "arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-1",
  aws_efs_access_point: "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-1",
  aws_iam_openid_connect_provider: "arn:aws:iam::123456789012:oidc-provider/issuer.example",
  aws_iam_role: "arn:aws:iam::123456789012:role/name",
  aws_kms_key: "arn:aws:kms:eu-central-1:123456789012:key/id",
  aws_lambda_function: "arn:aws:lambda:eu-central-1:123456789012:function:name",
  aws_lb: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/name/id",
  aws_lb_target_group: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/name/id",
  aws_s3_bucket: "arn:aws:s3:::name",
  aws_secretsmanager_secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:name-abcdef",
  aws_sns_topic: "arn:aws:sns:eu-central-1:123456789012:name",
  aws_sqs_queue: "arn:aws:sqs:eu-central-1:123456789012:name",
};

const TYPE = /(?:^|cross-stack-output-)(aws_\w+)/;

/** The policy as IAM would get it, with sample values for what only applying tells. */
export function sampleJson({ statements }: Policy): object {
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
      Effect: statement.effect ?? "Allow",
      ...samples("Action", statement.actions),
      ...samples("NotAction", statement.not_actions),
      ...samples("Resource", statement.resources),
      ...samples("NotResource", statement.not_resources),
      ...(statement.principals === undefined ? {} : { Principal: principal(statement.principals) }),
      ...(statement.condition === undefined ? {} : { Condition: conditions(statement.condition) }),
    })),
  };
}

const samples = (name: string, values: readonly string[] | undefined) =>
  values === undefined ? {} : { [name]: values.map(sample) };

function principal(principals: NonNullable<Statement["principals"]>): unknown {
  if (principals.some(({ identifiers }) => identifiers.includes("*"))) return "*";
  return Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers.map(sample)]));
}

function conditions(given: NonNullable<Statement["condition"]>): Record<string, Record<string, string | string[]>> {
  const byTest: Record<string, Record<string, string | string[]>> = {};
  for (const { test, variable, values } of given) {
    byTest[test] = { ...byTest[test], [variable]: oneOrMore(values.map(sample)) };
  }
  return byTest;
}

/** Parliament takes a Boolean condition's value only as IAM prints it, without a list. */
const oneOrMore = (values: string[]) => (values.length === 1 && values[0] !== undefined ? values[0] : values);

/** Puts a sample in the place of each reference. `&{…}` is how a policy document writes IAM's own variables. */
function sample(text: string): string {
  return text.replaceAll("&{", "${").replaceAll(/\$\{([^{}]*)\}/g, (whole, reference: string) => {
    if (reference.startsWith("aws:")) return whole;
    if (reference.endsWith(".partition")) return "aws";
    if (reference.endsWith(".account_id")) return "123456789012";
    const type = TYPE.exec(reference)?.[1] ?? "";
    const arn = Object.entries(SAMPLE_ARNS)
      .filter(([each]) => type.startsWith(each))
      .sort(([a], [b]) => b.length - a.length)[0]?.[1];
    return reference.endsWith("arn") && arn !== undefined ? arn : "sample";
  });
}
