import { partition } from "../regions";
import type { Consumer, Environment } from "../schema";
import type { ConfigurationRule, ConsumerRule, EnvironmentRule, Finding } from "./rule";

const boundaries = 'IAM User Guide, "Permissions boundaries for IAM entities"';

/** A role takes a boundary of its own account, or one that AWS manages. */
export const environmentBoundaryIsTheAccounts: EnvironmentRule = (environment) => boundaryOf(environment);

/** A role takes a boundary of its own account, or one that AWS manages. */
export const consumerBoundaryIsTheAccounts: ConsumerRule = (consumer) => boundaryOf(consumer);

function boundaryOf({ accountId, iam, region }: Environment | Consumer): Finding[] {
  const arn = iam.permissionsBoundaryArn;
  if (arn === undefined) return [];
  const [, arnPartition, , , owner] = arn.split(":");
  if (arnPartition === partition(region) && (owner === "aws" || !accountId || owner === accountId)) return [];
  return [
    {
      path: ["iam", "permissionsBoundaryArn"],
      allowed: `a policy of the role's own account: arn:${partition(region)}:iam::${accountId ?? "<account>"}:policy/…`,
      fix: "create the policy there, or correct the ARN",
      source: boundaries,
    },
  ];
}

const missingTags = ({ requiredTags, tags }: Environment | Consumer, required: readonly string[] = requiredTags) =>
  required.flatMap((name): Finding[] =>
    name in tags
      ? []
      : [
          {
            path: ["tags"],
            given: Object.keys(tags).length > 0 ? `only ${Object.keys(tags).join(", ")}` : "no tags",
            allowed: `tags with ${name}, which requiredTags names`,
            fix: `add ${name} with its value`,
            source: 'AWS Organizations User Guide, "Tag policies"',
          },
        ],
  );

/** A tag that the organization demands is on every resource. */
export const environmentHasTheRequiredTags: EnvironmentRule = (environment) => missingTags(environment);

/** A tag that the organization demands is on every resource. */
export const consumerHasTheRequiredTags: ConsumerRule = (consumer) => missingTags(consumer);

/** What one environment's account demands holds for each environment in it. */
export const accountsDemandTheSameTags: ConfigurationRule = ({ environments }) =>
  environments.flatMap((environment) => {
    const demanded = environments
      .filter((other) => other !== environment && other.accountId && other.accountId === environment.accountId)
      .flatMap(({ requiredTags }) => requiredTags)
      .filter((name) => !environment.requiredTags.includes(name));
    return missingTags(environment, [...new Set(demanded)]).map((finding) => ({ ...finding, owner: environment }));
  });
