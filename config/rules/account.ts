import { resourcePrefix } from "../derive";
import type { Environment } from "../schema";
import type { ConfigurationRule } from "./rule";

const mayShareAnAccount = (one: Environment, other: Environment): boolean =>
  !one.accountId || !other.accountId || one.accountId === other.accountId;

/**
 * Policies name the roles, buckets and secrets of an environment by how they begin, e.g. `private-app-prod-*`: the
 * pipeline of `prod` could read and change what belongs to a `prod-eu` of the same account.
 */
export const namesDoNotBeginAnothers: ConfigurationRule = ({ environments }) =>
  environments.flatMap((environment) => {
    const prefix = resourcePrefix(environment);
    const covering = environments.find(
      (other) =>
        other !== environment &&
        mayShareAnAccount(environment, other) &&
        prefix.startsWith(`${resourcePrefix(other)}-`) &&
        !other.acknowledge.sharedNamePrefix,
    );
    if (covering === undefined || environment.acknowledge.sharedNamePrefix) return [];
    return [
      {
        owner: environment,
        path: ["project"],
        given: `names that begin with ${prefix}-, as policies of ${covering.name} allow for ${resourcePrefix(covering)}-*`,
        allowed: "names that do not begin with those of another environment in the same account",
        fix: "rename the file, use another project name or account, or give a reason in acknowledge.sharedNamePrefix",
        source: 'IAM User Guide, "IAM JSON policy elements: Resource"',
      },
    ];
  });
