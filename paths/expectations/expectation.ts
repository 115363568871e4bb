import { uses } from "../../config/derive";
import type { Consumer, Environment } from "../../config/schema";
import { usableParts } from "../../config/schema/workloads";
import { type UsablePart, workloads } from "../../config/workloads";
import type { Flow } from "../evaluation/flow";
import type { Network, NetworkInterface, Role } from "../model/network";
import type { Probes } from "./probes";

/** What the pattern promises about some flows: that all of them pass, or that none does. */
export interface Expectation {
  /** Stable name, for tools. */
  readonly id: string;
  readonly title: string;
  readonly kind: "must pass" | "must not pass";
  readonly flows: readonly Flow[];
}

/** What expectations are made from: the configuration says what is needed, the network where it is. */
export interface Scope {
  readonly environment: Environment;
  /** Consumers that name this environment. */
  readonly consumers: readonly Consumer[];
  readonly network: Network;
  readonly probes: Probes;
}

export const byRole = ({ network }: Pick<Scope, "network">, ...roles: Role[]): NetworkInterface[] =>
  network.interfaces.filter(({ role }) => roles.includes(role));

/** Every pair of two lists, e.g. own and other zones. */
export function pairs<A, B>(as: readonly A[], bs: readonly B[]): [A, B][] {
  return as.flatMap((a) => bs.map((b): [A, B] => [a, b]));
}

/** What the tasks of a workload may use; the application uses every part, other interfaces none. */
export function usedBy(
  { environment }: Pick<Scope, "environment">,
  { role, workload }: NetworkInterface,
): readonly UsablePart[] {
  if (role === "task") return usableParts.filter((part) => uses(environment, part));
  if (role === "data-load") return ["database"];
  const own = workloads(environment).find(({ kind, name }) => kind === role && name === workload);
  return own?.options.uses ?? [];
}

/** The part of the environment that a server is. */
export const partOf = { database: "database", "file-system": "fileSystem" } as const;
