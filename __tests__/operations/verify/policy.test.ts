import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../../config/project";

/** What each SDK client's service is called in IAM. */
const PREFIXES: Readonly<Record<string, string>> = {
  "auto-scaling": "autoscaling",
  backup: "backup",
  cloudwatch: "cloudwatch",
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
  "s3:ListObjectsV2": "s3:ListBucket",
};

/** IAM actions of every call that the source code of verify can make. */
function calledActions(): string[] {
  const folder = projectPath("operations", "verify");
  const actions = readdirSync(folder).flatMap((file) => {
    const source = readFileSync(join(folder, file), "utf8");
    return [...source.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9-]+)"/g)].flatMap(
      ([, names = "", client = ""]) =>
        [...names.matchAll(/\b(\w+)Command\b/g)].map(([, call]) => {
          const prefix = PREFIXES[client];
          if (prefix === undefined) throw new Error(`no IAM prefix known for @aws-sdk/client-${client}`);
          return IAM_NAMES[`${prefix}:${call}`] ?? `${prefix}:${call}`;
        }),
    );
  });
  return [...new Set(actions)].sort();
}

const [, json = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync(projectPath("docs", "verify.md"), "utf8")) ?? [];
const { Statement: statements } = JSON.parse(json) as { Statement: { Effect: string; Action: string[] }[] };

test("the documented policy allows exactly the calls that verify makes", () => {
  expect(calledActions().length).toBeGreaterThan(30);
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual(calledActions());
});

test("the documented policy changes nothing and reads no secret, object or log", () => {
  for (const { Action, Effect } of statements) {
    expect(Effect).toBe("Allow");
    expect(Action.filter((action) => !/:(Describe|List|Get)[A-Za-z]+$/.test(action))).toEqual([]);
    expect(Action.filter((action) => /GetSecretValue|GetObject|GetLogEvents|GetFunction$/.test(action))).toEqual([]);
  }
});
