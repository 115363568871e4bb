import { partition } from "../regions";
import type { Environment } from "../schema";
import { looksSecret, NOT_REPEATED } from "../secret-texts";
import { type TaskOptions, taskOwners } from "../tasks";
import type { EnvironmentRule, Finding } from "./rule";

const passing = 'Amazon ECS Developer Guide, "Pass sensitive data to an Amazon ECS container"';

/** Entries of a section that all tasks and their sidecars have, each with its place in the file, and the task that it is of. */
const ofTasks = <Section extends "environment" | "secrets">(environment: Environment, section: Section) =>
  taskOwners(environment).flatMap((owner) =>
    [
      { at: [...owner.path, section], entries: owner.options[section] as Entries<Section> },
      ...Object.entries(owner.options.sidecars).map(([name, sidecar]) => ({
        at: [...owner.path, "sidecars", name, section],
        entries: sidecar[section] as Entries<Section>,
      })),
    ].flatMap(({ at, entries }) =>
      Object.entries(entries).map(([name, value]) => ({ owner, at: [...at, name], name, value })),
    ),
  );

type Entries<Section extends "environment" | "secrets"> = { readonly [name: string]: TaskOptions[Section][string] };

/** Secrets of all tasks and of their sidecars, and the keys that each task may use. */
const secretsOf = (environment: Environment) =>
  ofTasks(environment, "secrets").map(({ at, owner: { options, path }, value }) => ({
    path,
    secretsKmsKeyArns: options.secretsKmsKeyArns,
    at,
    ...value,
  }));

/** A secret comes from one place, and only JSON of Secrets Manager has keys. */
export const secretsHaveOneOrigin: EnvironmentRule = (environment) =>
  secretsOf(environment).flatMap(({ at, jsonKey, parameter, secretsManager }): Finding[] => {
    if (Boolean(secretsManager) === Boolean(parameter)) {
      return [
        {
          path: at,
          given: parameter ? "both secretsManager and parameter" : "neither secretsManager nor parameter",
          allowed: "exactly one of secretsManager and parameter",
          fix: parameter
            ? "remove one of them"
            : "add secretsManager with the ARN of a secret, or parameter with its path",
        },
      ];
    }
    if (jsonKey === undefined || secretsManager) return [];
    return [
      {
        path: [...at, "jsonKey"],
        allowed: "only with secretsManager: ECS puts in the whole value of a parameter",
        fix: "remove it, keep the value in a parameter of its own, or in Secrets Manager",
        source: passing,
      },
    ];
  });

/** ECS reads secrets and parameters in the Region of the task, and keys are used there. */
export const secretsAreInTheRegion: EnvironmentRule = (environment) => {
  const { region } = environment;
  const arns = [
    ...secretsOf(environment).flatMap(({ at, parameter, secretsManager }) => [
      { path: [...at, "secretsManager"], arn: secretsManager },
      { path: [...at, "parameter"], arn: parameter?.startsWith("arn:") ? parameter : undefined },
    ]),
    ...taskOwners(environment).flatMap(({ options, path }) =>
      options.secretsKmsKeyArns.map((arn, index) => ({ path: [...path, "secretsKmsKeyArns", index], arn })),
    ),
  ];
  return arns.flatMap(({ arn, path }): Finding[] => {
    const [, arnPartition, service, arnRegion] = arn?.split(":") ?? [];
    if (arn === undefined || (arnPartition === partition(region) && arnRegion === region)) return [];
    return [
      {
        path,
        allowed: `an ARN in ${region}, which begins with arn:${partition(region)}:${service}:${region}:`,
        fix: "replicate it to that Region, and name the ARN that it has there",
        source: passing,
      },
    ];
  });
};

/** A secret of another account can be read only if a customer managed key encrypts it, and with that key. */
export const foreignSecretsHaveAKey: EnvironmentRule = (environment) => {
  const { accountId } = environment;
  if (accountId === undefined) return [];
  const owner = (arn: string) => arn.split(":")[4];
  return secretsOf(environment).flatMap(({ at, path, secretsKmsKeyArns, secretsManager = "" }): Finding[] => {
    const account = owner(secretsManager);
    if (!account || account === accountId || secretsKmsKeyArns.some((arn) => owner(arn) === account)) return [];
    return [
      {
        path: [...at, "secretsManager"],
        allowed: `a secret of account ${accountId}, or one of account ${account} whose key is in ${[...path, "secretsKmsKeyArns"].join(".")}`,
        fix: `add the ARN of the customer managed key that encrypts it; its policy and the secret's have to allow account ${accountId}`,
        source: 'AWS Secrets Manager User Guide, "Access AWS Secrets Manager secrets from a different account"',
      },
    ];
  });
};

/** Variables of all tasks and of their sidecars, and of the image's build. */
const variablesOf = (environment: Environment) => {
  const { build } = environment.application.image;
  const at = ["application", "image", "build", "arguments"];
  return [
    ...ofTasks(environment, "environment"),
    ...Object.entries(build?.arguments ?? {}).map(([name, value]) => ({ at: [...at, name], name, value })),
  ];
};

/** Places of the file where a variable most likely holds a secret. */
export const secretsInVariables = (environment: Environment): readonly (string | number)[][] =>
  variablesOf(environment)
    .filter(({ name, value }) => looksSecret(name, value))
    .map(({ at }) => at);

/** Arguments of a build remain in the image: what it needs at run time is a secret of the application. */
const secretInstead = (path: readonly (string | number)[]): string =>
  [...(path.includes("arguments") ? ["application"] : path.slice(0, -2)), "secrets", path.at(-1)].join(".");

/** Variables are readable in the file, the state, and for everybody who may describe the task definition. */
export const variablesHoldNoSecrets: EnvironmentRule = (environment) =>
  environment.acknowledge.secretInVariable
    ? []
    : secretsInVariables(environment).map((path) => ({
        path,
        given: NOT_REPEATED,
        allowed: "values that everybody may read who may see the file, the state or the task definition",
        fix: `move it to Secrets Manager, and name its ARN in ${secretInstead(path)}; if it is no secret, say so in acknowledge.secretInVariable`,
        source: passing,
      }));
