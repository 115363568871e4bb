import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../config/project";

/** IAM's prefix for each SDK client's service. */
const PREFIXES: Readonly<Record<string, string>> = {
  "auto-scaling": "autoscaling",
  backup: "backup",
  cloudwatch: "cloudwatch",
  "cloudwatch-logs": "logs",
  ec2: "ec2",
  ecr: "ecr",
  ecs: "ecs",
  efs: "elasticfilesystem",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  kms: "kms",
  lambda: "lambda",
  rds: "rds",
  "route-53": "route53",
  s3: "s3",
  "secrets-manager": "secretsmanager",
};

/** Calls that IAM names otherwise. Source: Service Authorization Reference, "Actions … for Amazon S3" */
const IAM_NAMES: Readonly<Record<string, string>> = {
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectsV2": "s3:ListBucket",
};

/** A call that needs no permission. Source: AWS STS API Reference, GetCallerIdentity */
const FREE = "sts";

/**
 * IAM actions of every call that a command's source code can make.
 *
 * @param folder of the command, below `operations/`
 * @param more files outside of it that it calls AWS by
 */
export function calledActions(folder: string, more: readonly string[] = []): string[] {
  const own = readdirSync(projectPath("operations", folder)).map((file) => join(folder, file));
  const actions = [...own, ...more].flatMap((file) => {
    const source = readFileSync(projectPath("operations", file), "utf8");
    return [...source.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9-]+)"/g)].flatMap(
      ([, names = "", client = ""]) =>
        [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)].flatMap(([, command, paginated]) => {
          if (client === FREE) return [];
          const prefix = PREFIXES[client];
          if (prefix === undefined) throw new Error(`no IAM prefix known for @aws-sdk/client-${client}`);
          const call = `${prefix}:${command ?? paginated}`;
          return [IAM_NAMES[call] ?? call];
        }),
    );
  });
  return [...new Set(actions)].sort();
}

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string[];
}

/** Statements of every policy in a page of docs/. */
export function documentedStatements(page: string): Statement[] {
  const text = readFileSync(projectPath("docs", page), "utf8");
  return [...text.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(
    ([, json = ""]) => (JSON.parse(json) as { Statement: Statement[] }).Statement,
  );
}
