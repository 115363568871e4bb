import type { Configuration, Environment } from "../../config/schema";
import type { TrustedIssuer } from "../../modules/deploy-roles/deploy-roles";
import { environmentNamed } from "../environment-named";

const AWS_AUDIENCE = "sts.amazonaws.com";

/**
 * Jobs of one repository that run in the environment `<name>-plan` (no approval) or `<name>` (with one). A job has no
 * other way to these claims than through the environment's protection rules.
 * Source: GitHub Docs, "OpenID Connect reference", subject claims
 *
 * @param repository `owner/name`
 */
export const githubActions = (repository: string, { name }: Environment): TrustedIssuer => ({
  issuer: "token.actions.githubusercontent.com",
  audience: AWS_AUDIENCE,
  subjects: {
    plan: [`repo:${repository}:environment:${name}-plan`],
    apply: [`repo:${repository}:environment:${name}`],
  },
});

/**
 * Pipelines of one project: any branch plans, the default branch (protect it) applies.
 * Source: GitLab Docs, "Configure OpenID Connect in AWS"
 *
 * @param project `group/project`
 */
export const gitlab = (project: string, host: string, defaultBranch: string): TrustedIssuer => ({
  issuer: host,
  audience: AWS_AUDIENCE,
  subjects: {
    plan: [`project_path:${project}:ref_type:branch:ref:*`],
    apply: [`project_path:${project}:ref_type:branch:ref:${defaultBranch}`],
  },
});

/**
 * Runs in the environment's workspaces, each named whole.
 * Source: HCP Terraform, "Use dynamic credentials with the AWS provider"
 */
export function hcpTerraform(environment: Environment): TrustedIssuer {
  const { hcp } = environment.backend;
  if (environment.backend.type !== "hcp" || !hcp) {
    throw new Error(
      `--hcp: config/environments/${environment.name}.yaml has backend.type ${environment.backend.type}; only with hcp there are workspaces to trust`,
    );
  }
  const subject = (phase: string) =>
    ["network", "data", "compute", "privatelink-service"].map((stack) => {
      const workspace = `${environment.project}-${stack}-${environment.name}`;
      return `organization:${hcp.organization}:project:${hcp.project ?? "Default Project"}:workspace:${workspace}:run_phase:${phase}`;
    });
  return {
    issuer: hcp.hostname,
    audience: "aws.workload.identity",
    subjects: { plan: subject("plan"), apply: subject("apply") },
  };
}

/** @throws Error if there is no such environment, or its account is not written down */
export function environmentWithAccount(
  configuration: Configuration,
  name: string,
): Environment & { accountId: string } {
  const environment = environmentNamed(configuration, name);
  const { accountId } = environment;
  if (accountId === undefined) {
    throw new Error(`config/environments/${name}.yaml: accountId is missing; roles belong to one account, so add it`);
  }
  return { ...environment, accountId };
}
