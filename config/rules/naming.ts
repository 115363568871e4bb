import { resourcePrefix } from "../derive";
import type { ConsumerRule, EnvironmentRule, Finding } from "./rule";

/** Load balancer names have at most 32 characters; twelve of them name what it is. */
const maximumPrefixLength = 20;

/** Load balancers and target groups are called `<project>-<environment>-…`, in at most 32 characters. */
export const namesAreShortEnough: EnvironmentRule = (environment) => {
  const prefix = resourcePrefix(environment);
  if (prefix.length <= maximumPrefixLength) return [];
  const room = maximumPrefixLength - environment.name.length - 1;
  return [
    {
      path: ["project"],
      given: `${environment.project}, which makes names that begin with ${prefix} (${prefix.length} characters)`,
      allowed: `project and file name together at most ${maximumPrefixLength - 1} characters`,
      fix: room >= 2 ? `shorten project to ${room} characters, or rename the file` : "rename the file",
      source: 'Elastic Load Balancing API Reference, "CreateLoadBalancer"',
    },
  ];
};

/** Beginnings of names that AWS keeps for itself. */
const reservedBeginnings: Readonly<Record<string, string>> = {
  "internal-": 'Elastic Load Balancing API Reference, "CreateLoadBalancer"',
  "sthree-": 'Amazon S3 User Guide, "General purpose bucket naming rules"',
  "amzn-s3-demo-": 'Amazon S3 User Guide, "General purpose bucket naming rules"',
};

/** Load balancers may not begin with `internal-`, buckets not with S3's own prefixes. */
export const namesDoNotBeginLikeAwsOwn: EnvironmentRule = (environment) =>
  Object.entries(reservedBeginnings).flatMap(([beginning, source]) =>
    resourcePrefix(environment).startsWith(beginning)
      ? {
          path: ["project"],
          allowed: `a name that does not begin with ${beginning}, which AWS reserves`,
          fix: "choose another project name",
          source,
        }
      : [],
  );

/** An S3 object takes ten tags, and four of them are this project's own. */
const maximumTags = 6;
const ownTags = ["project", "environment", "stack", "managed-by", "consumer", "Name"];

function tagFindings(tags: Readonly<Record<string, string>>): Finding[] {
  const names = Object.keys(tags);
  const taken = names.flatMap((name) =>
    ownTags.includes(name)
      ? {
          path: ["tags", name],
          allowed: `names other than ${ownTags.join(", ")}, which this project sets itself`,
          fix: "rename the tag",
        }
      : [],
  );
  if (names.length <= maximumTags) return taken;
  return [
    ...taken,
    {
      path: ["tags"],
      given: `${names.length} tags`,
      allowed: `at most ${maximumTags}, since S3 objects take ten and four are this project's own`,
      fix: `keep ${maximumTags}`,
      source: 'Amazon S3 User Guide, "Categorizing your objects using tags"',
    },
  ];
}

/** Tags of the person stand beside those that tell stacks apart. */
export const environmentTagsStandBesideOwn: EnvironmentRule = ({ tags }) => tagFindings(tags);

/** Tags of the person stand beside those that tell stacks apart. */
export const consumerTagsStandBesideOwn: ConsumerRule = ({ tags }) => tagFindings(tags);

/** Variables that every task gets from this project. */
export const ownVariables = [
  "AWS_REGION",
  "DATABASE_HOST",
  "DATABASE_NAME",
  "DATABASE_PASSWORD",
  "DATABASE_PORT",
  "DATABASE_USERNAME",
  "DRAIN_SECONDS",
  "FILE_SYSTEM_PATH",
  "PORT",
  "STATIC_BUCKET",
];

/** Tasks get where database and files are from the stacks; ECS refuses a variable that is a secret as well. */
export const variablesStandBesideOwn: EnvironmentRule = ({ application }) =>
  Object.keys(application.environment).flatMap((name) =>
    ownVariables.includes(name)
      ? {
          path: ["application", "environment", name],
          allowed: `names other than ${ownVariables.join(", ")}, which every task gets`,
          fix: "remove it, or rename it in the application",
          source: 'Amazon ECS API Reference, "ContainerDefinition"',
        }
      : [],
  );
