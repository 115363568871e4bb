import { resourcePrefix } from "../../config/derive";
import { partition } from "../../config/regions";
import type { Consumer, Environment } from "../../config/schema";

/** What a pipeline does with a role: look at what would change, or change it. */
export type DeployPhase = "plan" | "apply";

/** Name of the role that a pipeline takes on, e.g. `private-app-dev-deploy-plan`. */
export const deployRoleName = (owner: Environment | Consumer, phase: DeployPhase): string =>
  `${"project" in owner ? resourcePrefix(owner) : `consumer-${owner.name}`}-deploy-${phase}`;

/** ARN of that role; undefined where the account is not written in the file. */
export const deployRoleArn = (owner: Environment | Consumer, phase: DeployPhase): string | undefined =>
  owner.accountId && `arn:${partition(owner.region)}:iam::${owner.accountId}:role/${deployRoleName(owner, phase)}`;
