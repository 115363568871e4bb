import type { Consumer, Environment } from "./schema";

/** The stacks of an environment that its applications run on, each after those that it reads. */
const WORKING_STACKS = ["network", "data", "compute", "privatelink-service"] as const;

/** The same with the bucket of their states. */
export const PROVIDER_STACKS = ["state-backend", ...WORKING_STACKS] as const;

/** Names of the stacks; a stack's id is `<name>-<environment or consumer>`. Ids are part of every state address. */
const STACK_NAMES = [...PROVIDER_STACKS, "consumer-endpoint", "deploy-roles"] as const;
export type StackName = (typeof STACK_NAMES)[number];

type Owner = Pick<Environment | Consumer, "name">;

export const stackId = (name: StackName, owner: Owner): string => `${name}-${owner.name}`;

/** Ids of an environment's stacks, without that of the bucket of their states. */
export const environmentStackIds = (environment: Owner): string[] =>
  WORKING_STACKS.map((name) => stackId(name, environment));

/** What an id is made of: the stack's name, and that of its environment or consumer. */
export function partsOf(id: string): { readonly name: StackName; readonly owner: string } {
  const name = STACK_NAMES.find((each) => id.startsWith(`${each}-`));
  if (name === undefined) throw new Error(`"${id}" is no stack of this project`);
  return { name, owner: id.slice(name.length + 1) };
}

/** Workspace of a stack in HCP Terraform: names are unique in an organization, which several projects may share. */
export const hcpWorkspace = (owner: Environment | Consumer, id: string): string =>
  "project" in owner ? `${owner.project}-${id}` : id;
