import { creates, resourcePrefix } from "../derive";
import {
  type BuiltName,
  consumerNames,
  environmentNames,
  type NameKind,
  type NameRule,
  nameRules,
  refusal,
} from "../names";
import { formatValue } from "../problem";
import { configurationName, type Environment, projectName } from "../schema";
import { taskOwners } from "../tasks";
import type { ConfigurationRule, ConsumerRule, EnvironmentRule, Finding } from "./rule";

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

/** What is wrong with the names that a file makes, each once, and where in the file it comes from. */
function refusedNames(
  names: readonly BuiltName[],
  blame: (refused: BuiltName) => Pick<Finding, "path" | "given" | "fix">,
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const built of names) {
    const words = refusal(built);
    if (words === undefined) continue;
    const blamed = blame(built);
    findings.set(`${blamed.path.join()} ${words}`, {
      ...blamed,
      allowed: `a name that ${words}`,
      source: nameRules[built.kind].source,
    });
  }
  return [...findings.values()];
}

/** Each service has its own idea of a name: what is built from project and file name must be good for all of them. */
export const namesAreThoseThatAwsTakes: EnvironmentRule = (environment) => {
  // Of names that are too long, one rule speaks for all.
  if (namesAreShortEnough(environment, () => true).length > 0) return [];
  return refusedNames(environmentNames(environment), (refused) => {
    const { kind, name } = refused;
    if (name === environment.backend.s3.bucket)
      return { path: ["backend", "s3", "bucket"], fix: "choose another name" };
    const makes = `which makes the name ${name} (${kind.split(".")[0]})`;
    const better = betterNames(environment);
    if (better.project === undefined && better.name !== undefined) {
      return {
        path: [],
        given: `the file name ${environment.name}, ${makes}`,
        fix: `rename the file to ${better.name}.yaml`,
      };
    }
    return {
      path: ["project"],
      given: `${environment.project}, ${makes}`,
      fix: better.project ? `write ${better.project}, or another name` : "choose another project name",
    };
  });
};

/** Project or file name that would do, the nearest to what was written. */
function betterNames(environment: Environment): { readonly project?: string; readonly name?: string } {
  const { name, project } = environment;
  const good = (changed: Partial<Environment>) => {
    const candidate = { ...environment, ...changed };
    return (
      projectName.safeParse(candidate.project).success &&
      configurationName.safeParse(candidate.name).success &&
      namesAreShortEnough(candidate, () => true).length === 0 &&
      environmentNames(candidate).every((built) => refusal(built) === undefined)
    );
  };
  const joined = (text: string) => text.replace(/-{2,}/g, "-");
  const projects = [joined(project), joined(project).replace(/^[^-]+-/, ""), `my-${joined(project)}`, `app-${project}`];
  const better = projects.find((candidate) => candidate !== project && good({ project: candidate }));
  if (better !== undefined) return { project: better };
  return joined(name) !== name && good({ name: joined(name) }) ? { name: joined(name) } : {};
}

/** The file name of a consumer is the beginning of its security group's name, and part of its bucket's. */
export const consumerNamesAreThoseThatAwsTakes: ConsumerRule = (consumer) =>
  refusedNames(consumerNames(consumer), ({ kind, name }) =>
    name === consumer.backend.s3.bucket
      ? { path: ["backend", "s3", "bucket"], fix: "choose another name" }
      : {
          path: [],
          given: `the file name ${consumer.name}, which makes the name ${name} (${kind.split(".")[0]})`,
          fix: kind === "aws_security_group.name" ? `rename the file to my-${consumer.name}.yaml` : "rename the file",
        },
  );

/** Two environments of one account that make the same name: the second apply fails, or takes over what is the first's. */
export const namesAreUnique: ConfigurationRule = ({ environments }) => {
  const holders = new Map<string, Environment[]>();
  return environments.flatMap((environment) => {
    for (const built of environmentNames(environment)) {
      const { ignoresCase, unique = "account" }: NameRule = nameRules[built.kind];
      if (unique === "vpc" || unique === "parent") continue;
      const key = `${built.kind} ${ignoresCase ? built.name.toLowerCase() : built.name}`;
      const others = holders.get(key) ?? [];
      const other = others.find(
        (each) => each !== environment && (unique === "world" || mayMeet(each, environment, built.kind)),
      );
      holders.set(key, [...others, environment]);
      if (other === undefined) continue;
      const ownBucket = built.name === environment.backend.s3.bucket;
      return [
        {
          owner: environment,
          path: ownBucket ? ["backend", "s3", "bucket"] : ["project"],
          given: `${ownBucket ? "" : `${environment.project}, which makes `}the name ${built.name} (${built.kind.split(".")[0]}), which ${other.name} also makes`,
          allowed: ownBucket
            ? "a bucket for each environment, since each creates and deletes its own"
            : "names of its own",
          fix: ownBucket
            ? "name another bucket, or remove the line"
            : "choose another project name, or rename the file",
          source: nameRules[built.kind].source,
        },
      ];
    }
    return [];
  });
};

const accountWide: readonly NameKind[] = [
  "aws_iam_role.name",
  "aws_iam_instance_profile.name",
  "aws_cloudwatch_dashboard.dashboard_name",
];

/** Whether names of a kind would meet: an account that is not named may be any. */
const mayMeet = (one: Environment, other: Environment, kind: NameKind): boolean =>
  (!one.accountId || !other.accountId || one.accountId === other.accountId) &&
  (one.region === other.region || accountWide.includes(kind));

/** How many tags of a person a resource takes beside this project's own. */
interface TagLimit {
  readonly maximum: number;
  readonly because: string;
  readonly source: string;
}

const ofResources: TagLimit = {
  maximum: 44,
  because: "since resources take 50 and six are this project's own",
  source: 'AWS General Reference, "Tag naming limits and requirements"',
};

const ofHostedZones: TagLimit = {
  maximum: 6,
  because: "since hosted zones take ten and four are this project's own",
  source: 'Amazon Route 53 API Reference, "ChangeTagsForResource"',
};

const ownTags = ["project", "environment", "stack", "managed-by", "consumer", "Name", "AmazonECSManaged"];
const tagKeys = 'IAM User Guide, "Tags for IAM resources": tag keys are not case sensitive';

function tagFindings(tags: Readonly<Record<string, string>>, { because, maximum, source }: TagLimit): Finding[] {
  const names = Object.keys(tags);
  const taken = names.flatMap((name, index): Finding[] => {
    const path = ["tags", name];
    const lower = name.toLowerCase();
    if (ownTags.some((own) => own.toLowerCase() === lower)) {
      return [
        {
          path,
          given: formatValue(name),
          allowed: `names other than ${ownTags.join(", ")} in any case, which the project sets`,
          fix: `remove it, or rename it, e.g. ${ownTags.some((own) => own.toLowerCase() === `team-${lower}`) ? "team" : `team-${lower}`}`,
          source: tagKeys,
        },
      ];
    }
    const first = names.findIndex((other) => other.toLowerCase() === lower);
    if (first === index) return [];
    return [
      {
        path,
        given: formatValue(name),
        allowed: `names that differ in more than case; ${names[first]} is there`,
        fix: "keep one of the two",
        source: tagKeys,
      },
    ];
  });
  if (names.length <= maximum) return taken;
  return [
    ...taken,
    {
      path: ["tags"],
      given: `${names.length} tags`,
      allowed: `at most ${maximum}, ${because}`,
      fix: `keep ${maximum}`,
      source,
    },
  ];
}

/** Tags of the person stand beside those that tell stacks apart. */
export const environmentTagsStandBesideOwn: EnvironmentRule = ({ tags }) => tagFindings(tags, ofResources);

/** Tags of the person stand beside those that tell stacks apart. */
export const consumerTagsStandBesideOwn: ConsumerRule = ({ dns, tags }) =>
  tagFindings(tags, dns.mode === "private-hosted-zone" ? ofHostedZones : ofResources);

/** What a service keeps of the names and values of tags for AWS, or demands of them. */
interface TagDemand {
  readonly refuses: (name: string, value: string) => boolean;
  readonly allowed: string;
  readonly fix: string;
  readonly source: string;
}

const beginsWith = (prefix: string, ...texts: readonly string[]) =>
  texts.some((text) => text.toLowerCase().startsWith(prefix));

/** Some services take less than most: every tag is on resources of all of them. */
export const tagsAreThoseThatServicesTake: EnvironmentRule = (environment) => {
  const demands: readonly TagDemand[] = [
    {
      refuses: (_, value) => beginsWith("aws:", value),
      allowed: "values that do not begin with aws:, which ECS keeps for AWS",
      fix: "write another value, or remove the tag",
      source: 'Amazon ECS API Reference, "Tag"',
    },
    ...(creates(environment, "database")
      ? [
          {
            refuses: (name: string, value: string) => beginsWith("rds:", name, value),
            allowed: "names and values that do not begin with rds:, which RDS keeps for AWS",
            fix: "write it without rds:, or remove the tag",
            source: 'Amazon RDS API Reference, "Tag"',
          },
        ]
      : []),
    ...(Object.values(environment.jobs).some(({ schedule }) => schedule)
      ? [
          {
            refuses: (_: string, value: string) => value === "",
            allowed: "values of at least 1 character, which EventBridge Scheduler demands",
            fix: "write a value, or remove the tag",
            source: 'Amazon EventBridge Scheduler API Reference, "Tag"',
          },
        ]
      : []),
  ];
  return Object.entries(environment.tags).flatMap(([name, value]) =>
    demands.flatMap(({ refuses, ...finding }): Finding[] =>
      refuses(name, value) ? [{ path: ["tags", name], given: formatValue(value), ...finding }] : [],
    ),
  );
};

/** Variables that every task gets from this project. */
export const ownVariables = [
  "AWS_REGION",
  "DATABASE_ENGINE",
  "DATABASE_HOST",
  "DATABASE_NAME",
  "DATABASE_PASSWORD",
  "DATABASE_POOL_SIZE",
  "DATABASE_PORT",
  "DATABASE_USERNAME",
  "DRAIN_SECONDS",
  "FILE_SYSTEM_PATH",
  "KEEP_ALIVE_SECONDS",
  "MUTUAL_TLS",
  "PORT",
  "SECRETS_VERSION",
  "STATIC_BUCKET",
];

const variables = 'Amazon ECS API Reference, "ContainerDefinition"';

/** Tasks get where database and files are from the stacks; ECS refuses a variable that is a secret as well. */
export const variablesStandBesideOwn: EnvironmentRule = (environment) => {
  const owners = taskOwners(environment);
  const named = owners.flatMap(({ options, path }) => [
    { path: [...path, "environment"], names: Object.keys(options.environment) },
    { path: [...path, "secrets"], names: Object.keys(options.secrets) },
  ]);
  return [
    ...named.flatMap(({ names, path }) =>
      names.flatMap((name) =>
        ownVariables.includes(name)
          ? {
              path: [...path, name],
              allowed: `names other than ${ownVariables.join(", ")}, which every task gets`,
              fix: "remove it, or rename it in the application",
              source: variables,
            }
          : [],
      ),
    ),
    ...owners.flatMap(({ options, path }) =>
      Object.keys(options.secrets).flatMap((name) =>
        name in options.environment
          ? {
              path: [...path, "secrets", name],
              allowed: `names that ${[...path, "environment"].join(".")} does not have`,
              fix: "remove it here, or there",
              source: variables,
            }
          : [],
      ),
    ),
  ];
};
