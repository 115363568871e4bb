import type { App } from "cdktf";
import { DeployRoles } from "../../../modules/deploy-roles/deploy-roles";
import { githubActions } from "../../../modules/deploy-roles/issuers";
import { PatternStack } from "../../../stacks/base";
import { environment } from "./environment";

export function example(app: App): void {
  const stack = new PatternStack(app, "deploy-roles", environment);
  new DeployRoles(stack, "deploy-roles", {
    owner: environment,
    accountId: "111122223333",
    issuer: githubActions("owner/repository", environment),
    existingIdentityProvider: false,
  });
}
