import type { Consumer, Environment } from "../../../config/schema";
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
