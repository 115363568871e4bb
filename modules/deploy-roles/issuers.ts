import { environmentNamed, named } from "../../config/environment-named";
import type { Configuration, Consumer, Environment } from "../../config/schema";
import { environmentStackIds, hcpWorkspace, stackId } from "../../config/stack-ids";
import type { TrustedIssuer } from "./deploy-roles";

type Owner = Environment | Consumer;

const AWS_AUDIENCE = "sts.amazonaws.com";

/** Audience that GitLab's deploy jobs ask for, and no other job. */
const GITLAB_APPLY_AUDIENCE = "aws-apply";

/** Name of an owner in pipelines: GitHub environments, branches and workspaces of consumers have names of their own. */
const pipelineName = (owner: Owner): string => ("project" in owner ? owner.name : `consumer-${owner.name}`);

/**
 * Jobs of one repository that run in the environment `<name>-plan` or `<name>`. A job has no other way to these claims
 * than through the environment's protection rules.
 * Source: GitHub Docs, "OpenID Connect reference", subject claims; "Immutable subject claims"
 *
 * @param repositories `owner/name`, or `owner@id/name@id` where the repository has immutable subject claims; both forms
 * while a repository changes over
 */
export function githubActions(repositories: string | readonly string[], owner: Owner): TrustedIssuer {
  const subjects = (environment: string) =>
    [repositories].flat().map((repository) => `repo:${repository}:environment:${environment}`);
  return {
    issuer: "token.actions.githubusercontent.com",
    audiences: { plan: AWS_AUDIENCE, apply: AWS_AUDIENCE },
    subjects: { plan: subjects(`${pipelineName(owner)}-plan`), apply: subjects(pipelineName(owner)) },
  };
}

/**
 * Pipelines of one project: any branch plans, the default branch (protect it) applies. In production the default branch
 * alone plans as well: a plan reads the database password, and a branch's code is not reviewed yet.
 *
 * The subject names project and branch, no job. So that a test job of the default branch can't take on the apply role,
 * that role trusts an audience of its own, which deploy jobs alone ask for.
 * Source: GitLab Docs, "Configure OpenID Connect in AWS"
 *
 * @param project `group/project`
 */
export function gitlab(project: string, host: string, defaultBranch: string, owner: Owner): TrustedIssuer {
  const subject = (branch: string) => `project_path:${project}:ref_type:branch:ref:${branch}`;
  const production = "stage" in owner && owner.stage === "production";
  return {
    issuer: host,
    audiences: { plan: AWS_AUDIENCE, apply: GITLAB_APPLY_AUDIENCE },
    subjects: { plan: [subject(production ? defaultBranch : "*")], apply: [subject(defaultBranch)] },
  };
}

/**
 * Runs in the owner's workspaces, each named whole.
 * Source: HCP Terraform, "Use dynamic credentials with the AWS provider"
 */
export function hcpTerraform(owner: Owner): TrustedIssuer {
  const { hcp } = owner.backend;
  if (owner.backend.type !== "hcp" || !hcp) {
    throw new Error(
      `--hcp: ${fileOf(owner)} has backend.type ${owner.backend.type}; only with hcp there are workspaces to trust`,
    );
  }
  const ids = "project" in owner ? environmentStackIds(owner) : [stackId("consumer-endpoint", owner)];
  const workspaces = ids.map((id) => hcpWorkspace(owner, id));
  const subjects = (phase: string) =>
    workspaces.map(
      (workspace) =>
        `organization:${hcp.organization}:project:${hcp.project ?? "Default Project"}:workspace:${workspace}:run_phase:${phase}`,
    );
  const audience = "aws.workload.identity";
  return {
    issuer: hcp.hostname,
    audiences: { plan: audience, apply: audience },
    subjects: { plan: subjects("plan"), apply: subjects("apply") },
  };
}

const fileOf = (owner: Owner): string =>
  `config/${"project" in owner ? "environments" : "consumers"}/${owner.name}.yaml`;

/** Who the roles are for, in which account. */
export interface RolesOwner {
  readonly owner: Owner;
  readonly accountId: string;
  /** The environment that a consumer names. */
  readonly linked?: Environment;
}

/** @throws Error if there is no such environment or consumer, or its account is not written down */
export function ownerWithAccount(
  configuration: Configuration,
  { env, consumer }: { readonly env?: string; readonly consumer?: string },
): RolesOwner {
  if (env === undefined && consumer === undefined)
    throw new Error("say whose roles: --env <name> or --consumer <name>");
  const owner =
    env === undefined
      ? named("consumer", configuration.consumers, consumer ?? "")
      : environmentNamed(configuration, env);
  const { accountId } = owner;
  if (accountId === undefined) {
    throw new Error(`${fileOf(owner)}: accountId is missing; roles belong to one account, so add it`);
  }
  const linked =
    "service" in owner && configuration.environments.find(({ name }) => name === owner.service.environment);
  return { owner, accountId, ...(linked && { linked }) };
}

/**
 * A GitHub repository as subjects name it; a wildcard would trust strangers.
 *
 * @throws Error if it is neither `owner/repository` nor, with both ids, `owner@id/repository@id`
 */
export function githubRepository(value: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(value) || /^[\w.-]+@\d+\/[\w.-]+@\d+$/.test(value)) return value;
  throw new Error(
    `--github: "${value}" is neither owner/repository nor owner@id/repository@id; gh api repos/owner/repository --jq '"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)"' prints the second form`,
  );
}

/** @throws Error if it is not `group/project`, with subgroups between them or without */
export function gitlabProject(value: string): string {
  if (/^[\w.-]+(\/[\w.-]+)+$/.test(value)) return value;
  throw new Error(`--gitlab: "${value}" is not of the form group/project`);
}
