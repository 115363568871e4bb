import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/schema";
import { DeployRoles, type TrustedIssuer } from "../modules/deploy-roles/deploy-roles";
import { PatternStack } from "./base";

export interface DeployRolesStackProps {
  readonly environment: Environment;
  readonly accountId: string;
  readonly issuer: TrustedIssuer;
  readonly existingIdentityProvider: boolean;
}

/**
 * Roles of an environment's pipelines. Not part of the app that pipelines deploy: an administrator applies it, by
 * `npm run deploy-roles` and Terraform.
 */
export class DeployRolesStack extends PatternStack {
  readonly deployRoles: DeployRoles;

  constructor(scope: Construct, { environment, ...props }: DeployRolesStackProps) {
    const { backend } = environment;
    // A run in HCP Terraform would need these roles to make them.
    const home =
      backend.type === "hcp" ? { ...environment, backend: { ...backend, type: "local" as const } } : environment;
    super(scope, "deploy-roles", home);
    this.deployRoles = new DeployRoles(this, "deploy-roles", { environment, ...props });

    for (const phase of ["plan", "apply"] as const) {
      new TerraformOutput(this, `${phase}RoleArn`, { staticId: true, value: this.deployRoles.roles[phase].arn });
    }
  }
}
