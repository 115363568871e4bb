import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { DeployRoles, type DeployRolesProps } from "../modules/deploy-roles/deploy-roles";
import { literals } from "../modules/literal";
import { PatternStack } from "./base";
import { extend } from "./extend";
import { extensions } from "./extensions";

/**
 * Roles of the pipelines of an environment or a consumer. Not part of the app that pipelines deploy: an administrator applies it, by
 * `npx ecs-privatelink deploy-roles` and Terraform.
 */
export class DeployRolesStack extends PatternStack {
  readonly deployRoles: DeployRoles;

  constructor(scope: Construct, given: DeployRolesProps) {
    const props = literals(given);
    const { owner } = props;
    const { backend } = owner;
    // A run in HCP Terraform would need these roles to make them.
    const home = backend.type === "hcp" ? { ...owner, backend: { ...backend, type: "local" as const } } : owner;
    super(scope, "deploy-roles", home);
    this.deployRoles = new DeployRoles(this, "deploy-roles", props);

    for (const phase of ["plan", "apply"] as const) {
      new TerraformOutput(this, `${phase}RoleArn`, { staticId: true, value: this.deployRoles.roles[phase].arn });
    }
    extend(extensions, "deploy-roles", this, owner);
  }
}
