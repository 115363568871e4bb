import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { resourcePrefix } from "../../../config/derive";
import type { Configuration, Environment } from "../../../config/schema";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { type PolicyKind, policiesOf, type Statement } from "../../check/scan/policies";
import { type ScannedStack, scannedStacks } from "../../check/scan/stack-json";

/** A statement of the project, wherever it occurs. */
export interface Listed {
  readonly stack: string;
  /** Stack and construct path, without the environment's name. */
  readonly place: string;
  readonly kind: PolicyKind;
  /** Types of the resources that carry the policy. */
  readonly belongsTo: readonly string[];
  readonly statement: Statement;
  /** Names of the environments that have it. */
  readonly environments: readonly string[];
}

/** A policy that AWS writes and a role of the project carries. */
export interface Managed {
  readonly place: string;
  readonly arn: string;
}

/** Every statement, and every managed policy, of all environments of a configuration; what they share is listed once. */
export function listStatements(configuration: Configuration): { statements: Listed[]; managed: Managed[] } {
  return inTemporaryFolder("iam", (folder) => {
    mkdirSync(join(folder, "synth"));
    const statements = new Map<string, Listed>();
    const managed = new Map<string, Managed>();
    for (const stack of scannedStacks(configuration, join(folder, "synth"))) {
      const environment = configuration.environments.find(({ name }) => stack.id.endsWith(`-${name}`));
      if (environment === undefined) continue;
      const add = (found: Omit<Listed, "stack" | "environments">) => {
        const neutral = JSON.parse(withoutNames(JSON.stringify(found), environment)) as typeof found;
        const key = JSON.stringify(neutral);
        const environments = [...(statements.get(key)?.environments ?? []), environment.name];
        statements.set(key, { stack: neutral.place.split("/")[0] ?? "", ...neutral, environments });
      };
      for (const { address, kind, place, statements: each } of policiesOf(stack)) {
        const belongsTo = carriers(stack, address);
        for (const statement of each) add({ place, kind, belongsTo, statement });
      }
      for (const permission of lambdaPermissions(stack)) add(permission);
      for (const each of managedPolicies(stack)) {
        const neutral = JSON.parse(withoutNames(JSON.stringify(each), environment)) as Managed;
        managed.set(`${neutral.place} ${neutral.arn}`, neutral);
      }
    }
    return { statements: [...statements.values()].sort(byPlace), managed: [...managed.values()].sort(byPlace) };
  });
}

const byPlace = (a: { readonly place: string }, b: { readonly place: string }) =>
  a.place === b.place ? 0 : a.place < b.place ? -1 : 1;

const DATA_SOURCE = /\$\{data\.aws_(?:partition|caller_identity)\.[\w-]+\.(partition|account_id)\}/g;

/** What differs between environments by name alone looks the same after this. */
function withoutNames(text: string, environment: Environment): string {
  const { accountId, name, region } = environment;
  const shown = text
    .replace(DATA_SOURCE, (_, what) => (what === "partition" ? "aws" : "<account>"))
    .replaceAll(resourcePrefix(environment), "<prefix>")
    .replaceAll(region, "<region>")
    .replaceAll(accountId ?? "111122223333", "<account>");
  return shown
    .replace(new RegExp(`("place":"[a-z-]+?)-${name}/`), "$1/")
    .replace(new RegExp(`(?<=[-/]|environment:)${name}(?=[-_./:"])`, "g"), "<env>");
}

function carriers({ json }: ScannedStack, address: string): string[] {
  const types = Object.entries(json.resource ?? {}).filter(([, named]) =>
    Object.values(named).some((block) => JSON.stringify(block).includes(`${address}.`)),
  );
  return types.map(([type]) => type).sort();
}

interface Block {
  readonly "//": { readonly metadata: { readonly path: string } };
  readonly [argument: string]: unknown;
}

const blocks = ({ json }: ScannedStack, type: string) => Object.values(json.resource?.[type] ?? {}) as Block[];

/** A Lambda function's own policy is written one statement at a time. */
function lambdaPermissions(stack: ScannedStack): Omit<Listed, "stack" | "environments">[] {
  return blocks(stack, "aws_lambda_permission").map((block) => ({
    place: block["//"].metadata.path,
    kind: "resource",
    belongsTo: ["aws_lambda_function"],
    statement: {
      actions: [String(block.action)],
      principals: [{ type: "Service", identifiers: [String(block.principal)] }],
      resources: [String(block.function_name)],
      condition: [
        ["ArnLike", "aws:SourceArn", block.source_arn],
        ["StringEquals", "aws:SourceAccount", block.source_account],
      ].flatMap(([test, variable, value]) =>
        value === undefined ? [] : [{ test: String(test), variable: String(variable), values: [String(value)] }],
      ),
    },
  }));
}

const managedPolicies = (stack: ScannedStack): Managed[] =>
  blocks(stack, "aws_iam_role_policy_attachment").map((block) => ({
    place: block["//"].metadata.path,
    arn: String(block.policy_arn),
  }));
