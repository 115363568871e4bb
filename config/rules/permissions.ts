import { allSecrets } from "../derive";
import { grantedStatements, grantOf, INLINE_POLICY_CHARACTERS } from "../grants";
import { partition } from "../regions";
import type { Environment } from "../schema";
import { taskOwners } from "../tasks";
import { sendsTo } from "../workloads";
import type { EnvironmentRule, Finding } from "./rule";

const actionsOf = 'Service Authorization Reference, "Actions, resources, and condition keys for AWS services"';

/** Permissions of all tasks, each with the beginning of its path in the file. */
const permissionsOf = (environment: Environment) =>
  taskOwners(environment).flatMap(({ options, path }) =>
    Object.entries(options.permissions).map(([name, permission]) => ({
      permission,
      at: (...option: (string | number)[]) => [...path, "permissions", name, ...option],
    })),
  );

/** A permission is a grant on a resource, or a statement of its own. */
export const permissionsAreComplete: EnvironmentRule = (environment) =>
  permissionsOf(environment).flatMap(({ at, permission: { actions, of, prefix, resources, use } }): Finding[] => {
    const granted = use !== undefined || of !== undefined || prefix !== undefined;
    const stated = actions !== undefined || resources !== undefined;
    if (granted && stated) {
      return [
        {
          path: at(),
          given: "a grant and a statement",
          allowed: "use and of, or actions and resources",
          fix: "make two permissions of it, or remove one pair",
        },
      ];
    }
    const complete = granted ? use !== undefined && of !== undefined : Boolean(actions?.length && resources?.length);
    if (complete) return [];
    return [
      {
        path: at(),
        given: granted ? `only ${use === undefined ? "of" : "use"}` : "no actions, or no resources",
        allowed: "use and of, or actions and resources, with one entry at least",
        fix: granted ? `add ${use === undefined ? "use" : "of, the ARN of the resource"}` : "add what is missing",
      },
    ];
  });

/** A grant is about resources of one kind, in the environment's own partition. */
export const grantsHaveTheirResource: EnvironmentRule = (environment) =>
  permissionsOf(environment).flatMap(({ at, permission }): Finding[] => {
    const grant = grantOf(permission);
    const { of = "", prefix, use } = permission;
    if (grant === undefined || of === "") return [];
    const beginning = `arn:${partition(environment.region)}:`;
    const [what, example] = grant.resourceInWords;
    if (!of.startsWith(beginning) || !grant.resource.test(of.slice(beginning.length))) {
      return [
        {
          path: at("of"),
          allowed: `with use ${use}: the ARN of ${what}, e.g. ${beginning}${example}`,
          fix: "write the ARN of such a resource, or choose another use",
          source: actionsOf,
        },
      ];
    }
    if (prefix === undefined || grant.bucketActions !== undefined) return [];
    return [
      {
        path: at("prefix"),
        allowed: "only with use s3-read or s3-write",
        fix: "remove it",
        source: actionsOf,
      },
    ];
  });

/** Whether an action or a resource stands for more than one thing that the file could name. */
const isWideAction = (action: string) => action.includes("*") || action.includes("?");

/** A wildcard at the end of a resource's own part names a part of it; anywhere else it reaches others'. */
const isWideResource = (arn: string) => {
  const [, , ...fields] = arn.split(":");
  const [, , , ...own] = fields;
  return arn === "*" || fields.slice(0, 3).some((field) => /[*?]/.test(field)) || /^[*?]/.test(own.join(":"));
};

/** Places of the file where a permission has a wildcard that reaches more than a part of one resource. */
export const widePermissions = (environment: Environment): readonly (string | number)[][] =>
  permissionsOf(environment).flatMap(({ at, permission: { actions = [], resources = [] } }) => [
    ...actions.flatMap((action, index) => (isWideAction(action) ? [at("actions", index)] : [])),
    ...resources.flatMap((arn, index) => (isWideResource(arn) ? [at("resources", index)] : [])),
  ]);

/** Least privilege is what the file says; a wildcard says nothing. */
export const permissionsNameWhatTheyAllow: EnvironmentRule = (environment) =>
  environment.acknowledge.wideTaskPermission
    ? []
    : widePermissions(environment).map((path) => ({
        path,
        allowed:
          "actions by their whole names, and resources by their ARNs; wildcards only within a resource's own part",
        fix: "name them, or give a reason in acknowledge.wideTaskPermission, e.g. that the action has no resource-level permission",
        source: 'IAM User Guide, "Security best practices in IAM", apply least-privilege permissions',
      }));

/** This project's own statements need some of the characters. */
const roomInCharacters = INLINE_POLICY_CHARACTERS - 3_000;
/** What the right to send to a queue takes of them, with its key. */
const charactersOfASender = 500;
const inlinePolicies = 'IAM User Guide, "IAM and AWS STS quotas", inline policies';

const room = `at most ${roomInCharacters}, since the inline policies of a role have at most ${INLINE_POLICY_CHARACTERS.toLocaleString("en")} in all`;

/** All inline policies of a role share one quota, which AWS does not raise. */
export const permissionsFitIntoAPolicy: EnvironmentRule = (environment) =>
  taskOwners(environment).flatMap(({ options, path }) => {
    const queues = sendsTo(environment, String(path.at(-1))).length;
    const characters = JSON.stringify(grantedStatements(options.permissions)).length + queues * charactersOfASender;
    if (characters <= roomInCharacters) return [];
    return [
      {
        path: [...path, "permissions"],
        given: `${characters} characters of policy${queues > 0 ? `, of which ${queues} queues that it sends to take ${queues * charactersOfASender}` : ""}`,
        allowed: room,
        fix: "join resources by a wildcard in their own part, let several workers share a queue, or attach a managed policy to the task role in stacks/extensions.ts",
        source: inlinePolicies,
      },
    ];
  });

/** ECS reads the secrets of a task with one role, whose policy names each of them. */
export const secretsFitIntoAPolicy: EnvironmentRule = (environment) => {
  const { accountId = "111122223333", region } = environment;
  return taskOwners(environment).flatMap(({ options, path }) => {
    const arns = allSecrets(options).flatMap(({ parameter, secretsManager }) =>
      parameter?.startsWith("/")
        ? `arn:${partition(region)}:ssm:${region}:${accountId}:parameter${parameter}`
        : (parameter ?? secretsManager ?? []),
    );
    const named = [...new Set(arns), ...options.secretsKmsKeyArns];
    const characters = JSON.stringify(named).length;
    if (characters <= roomInCharacters) return [];
    return [
      {
        path: [...path, "secrets"],
        given: `${named.length} secrets and keys, whose ARNs have ${characters} characters in a policy`,
        allowed: room,
        fix: "keep several values in one secret of Secrets Manager, and name each by its jsonKey",
        source: inlinePolicies,
      },
    ];
  });
};
