import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Environment } from "../../config/schema";
import { covers } from "../../modules/deploy-roles/permissions";
import { DeployRolesStack } from "../../stacks/deploy-roles";
import { githubActions } from "../deploy-roles/issuers";
import type { RecordedCalls } from "../emulator/emulator";
import { readStackJson, readStacks } from "../terraform/stacks";
import type { Check } from "../verify/check";

/**
 * Whether the roles of pipelines (`npm run deploy-roles`) allow every call that Terraform made in the environment's
 * account. Actions only: the emulated AWS evaluates no conditions and no resources.
 */
export function deployRoleChecks(
  environment: Environment,
  folder: string,
  calls: { readonly planning: readonly RecordedCalls[]; readonly applying: readonly RecordedCalls[] },
): Check[] {
  const { accountId } = environment;
  if (accountId === undefined) return [];
  const outdir = join(folder, "deploy-roles");
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  new DeployRolesStack(app, {
    environment,
    accountId,
    issuer: githubActions("owner/repository", environment),
    existingIdentityProvider: false,
  });
  app.synth();
  const [stack] = readStacks(outdir);
  if (stack === undefined) throw new Error(`no stack in ${outdir}`);
  const json = readStackJson(stack);
  const check = (phase: "plan" | "apply", made: readonly RecordedCalls[]): Check => {
    const allowed = allowedActions(json, phase);
    const actions = [...new Set(made.filter(({ account }) => account === accountId).map(iamAction))].sort();
    const needed = actions.filter((action) => !NOT_NEEDED.includes(action));
    const missing = needed.filter((action) => !allowed.some((pattern) => covers(pattern, action)));
    const item = `the ${phase} role of pipelines allows every call that ${phase === "plan" ? "planning" : "applying"} makes`;
    return missing.length === 0
      ? { item, status: "pass", saw: `${needed.length} actions` }
      : { item, status: "fail", saw: missing.join(", "), next: "add them to modules/deploy-roles/permissions.ts" };
  };
  return [check("plan", calls.planning), check("apply", calls.applying)];
}

interface PolicyDocuments {
  readonly data: {
    readonly aws_iam_policy_document: Readonly<
      Record<
        string,
        { readonly statement: readonly { readonly effect?: string; readonly actions: readonly string[] }[] }
      >
    >;
  };
}

function allowedActions(json: unknown, phase: "plan" | "apply"): readonly string[] {
  return Object.entries((json as PolicyDocuments).data.aws_iam_policy_document)
    .filter(([name]) => name.includes(`${phase}-permissions`))
    .flatMap(([, { statement }]) => statement)
    .filter(({ effect }) => effect !== "Deny")
    .flatMap(({ actions }) => actions);
}

/**
 * Actions that IAM calls otherwise than the API does.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3", "… AWS Lambda"
 */
const IAM_NAMES: Readonly<Record<string, string>> = {
  "s3:DeleteObjects": "s3:DeleteObject",
  "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjects": "s3:ListBucket",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "lambda:Invoke": "lambda:InvokeFunction",
};

/**
 * The provider asks first which user it is, to learn the account; with a role's credentials that is always refused, and
 * it goes on with `sts:GetCallerIdentity`. Source: hashicorp/aws-sdk-go-base, getAccountIDAndPartition
 *
 * Taking on a role is how the rehearsal gets into a consumer's account; a pipeline there has roles of that account.
 */
const NOT_NEEDED = ["iam:GetUser", "sts:AssumeRole"];

function iamAction({ service, action }: RecordedCalls): string {
  const name = `${service}:${action}`;
  return IAM_NAMES[name] ?? name;
}
