import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { resourcePrefix } from "../../config/derive";
import type { Consumer, Environment } from "../../config/schema";
import { githubActions } from "../../modules/deploy-roles/issuers";
import { type Check, checked } from "../../operations/verify/check";
import { DeployRolesStack } from "../../stacks/deploy-roles";
import { readStackJson, readStacks } from "../../synth/stacks";
import type { Emulator, FurtherPermission } from "../lab/emulator";

/** Whose pipelines: an environment's, or a consumer's in its account with the environment that it is linked to. */
export interface Owner {
  readonly owner: Environment | Consumer;
  readonly linked?: Environment;
  /** Access keys of the calls that only planned, and of those that applied. */
  readonly keys: { readonly plan: string; readonly apply: string };
}

export interface DeployRoleChecksOptions {
  /** Account that the pipelines work in; the checks leave out those of other accounts. */
  readonly accountId: string | undefined;
  readonly owners: readonly Owner[];
  /** Folder for the roles' Terraform JSON. */
  readonly folder: string;
  readonly emulator: Pick<Emulator, "checkRights">;
}

/**
 * Whether the roles of pipelines (`npx ecs-privatelink deploy-roles`) allow everything that Terraform's calls in the environment's
 * account needed: actions on resources in their context, those of dependent services, of tags and of roles that are
 * passed on, and those that no API operation has. IAM's evaluation is that of `emulated_aws/access`.
 */
export async function deployRoleChecks(options: DeployRoleChecksOptions): Promise<Check[]> {
  const { accountId } = options;
  if (accountId === undefined) return [];
  const owners = options.owners.filter(({ owner }) => owner.accountId === accountId);
  const checks: Check[] = [];
  for (const owner of owners) checks.push(...(await checksOf(owner, accountId, options)));
  return checks;
}

async function checksOf(
  { owner, keys, linked }: Owner,
  accountId: string,
  options: DeployRoleChecksOptions,
): Promise<Check[]> {
  const json = deployRoles(
    { owner, ...(linked && { linked }) },
    accountId,
    join(options.folder, `deploy-roles-${owner.name}`),
  );
  const check = async (phase: "plan" | "apply"): Promise<Check> => {
    const { evaluated, refused } = await options.emulator.checkRights({
      account: accountId,
      accessKeyId: keys[phase],
      policies: [policyOf(json, phase)],
      ...("application" in owner && { further: registryPermissions(owner, accountId) }),
    });
    const item = `${owner.name}: the ${phase} role of pipelines allows everything that ${phase === "plan" ? "planning" : "applying"} needs`;
    const missing = refused.filter(({ action }) => !NOT_NEEDED.includes(action));
    const said = missing.map(({ action, resource, call, decision, context }) => {
      const given = Object.entries(context).map(([key, value]) => `${key}=${value}`);
      return `${action} on ${resource} (${call}; ${[decision, ...given].join(", ")})`;
    });
    const saw = said.join("\n") || `${evaluated} permissions on their resources`;
    return checked(item, missing.length === 0, saw, "add it to the statements of modules/deploy-roles");
  };
  return [await check("plan"), await check("apply")];
}

/** The roles' Terraform JSON. */
function deployRoles(
  { owner, linked }: Pick<Owner, "owner" | "linked">,
  accountId: string,
  outdir: string,
): PolicyDocuments {
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  new DeployRolesStack(app, {
    owner,
    accountId,
    ...(linked && { linked }),
    issuer: githubActions("owner/repository", owner),
    existingIdentityProvider: false,
  });
  app.synth();
  const [stack] = readStacks(outdir);
  if (stack === undefined) throw new Error(`no stack in ${outdir}`);
  return readStackJson(stack) as PolicyDocuments;
}

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

interface PolicyDocuments {
  readonly data: {
    readonly aws_iam_policy_document: Readonly<Record<string, { readonly statement: readonly Statement[] }>>;
  };
}

/** The document as Terraform's data source writes it. */
function policyOf(json: PolicyDocuments, phase: "plan" | "apply"): object {
  const found = Object.entries(json.data.aws_iam_policy_document).filter(([name]) =>
    name.includes(`${phase}-permissions`),
  );
  const statements = found.flatMap(([, { statement }]) => statement);
  if (statements.length === 0) throw new Error(`no permissions of the ${phase} role`);
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ actions, condition = [], effect = "Allow", resources, sid }) => ({
      ...(sid !== undefined && { Sid: sid }),
      Effect: effect,
      Action: actions,
      Resource: resources,
      ...(condition.length > 0 && { Condition: conditions(condition) }),
    })),
  };
}

function conditions(condition: NonNullable<Statement["condition"]>): Record<string, Record<string, readonly string[]>> {
  const found: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, values, variable } of condition) found[test] = { ...found[test], [variable]: values };
  return found;
}

/**
 * The docker provider reads an image's manifest from the registry over HTTP, which no record of AWS calls shows.
 * Source: Amazon ECR API Reference, BatchGetImage
 */
function registryPermissions(environment: Environment, accountId: string): FurtherPermission[] {
  const { application, region } = environment;
  if (application.image.build === undefined) return [];
  const repository = `arn:aws:ecr:${region}:${accountId}:repository/${resourcePrefix(environment)}-app`;
  const why = "the docker provider reads the image's manifest";
  return [{ action: "ecr:BatchGetImage", resource: repository, why }];
}

/**
 * The provider asks first which user it is, to learn the account; with a role's credentials that is always refused, and
 * it continues with `sts:GetCallerIdentity`. Source: hashicorp/aws-sdk-go-base, getAccountIDAndPartition
 *
 * Taking on a role is how the rehearsal gets into a consumer's account; a pipeline there has roles of that account.
 */
const NOT_NEEDED = ["iam:GetUser", "sts:AssumeRole"];
