import { resourcePrefix } from "../../config/derive";
import { partition } from "../../config/regions";
import type { Consumer, Environment } from "../../config/schema";

/** What a pipeline does with a role: look at what would change, or change it. */
export type DeployPhase = "plan" | "apply";

/** What the roles deploy, as names begin with it: `private-app-dev`, or `consumer-team`. */
export const deployedName = (owner: Environment | Consumer): string =>
  "project" in owner ? resourcePrefix(owner) : `consumer-${owner.name}`;

/** Name of the role that a pipeline takes on, e.g. `private-app-dev-deploy-plan`. */
export const deployRoleName = (owner: Environment | Consumer, phase: DeployPhase): string =>
  `${deployedName(owner)}-deploy-${phase}`;

/** Where in IAM the roles of an owner are, without the first slash, e.g. `platform/`; empty at the root. */
export const rolePathOf = ({ iam }: Environment | Consumer): string => iam.rolePath.slice(1);

/** ARN of that role; undefined where the account is not written in the file. */
export const deployRoleArn = (owner: Environment | Consumer, phase: DeployPhase): string | undefined =>
  owner.accountId &&
  `arn:${partition(owner.region)}:iam::${owner.accountId}:role/${rolePathOf(owner)}${deployRoleName(owner, phase)}`;
