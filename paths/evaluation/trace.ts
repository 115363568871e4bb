import type { Origin } from "../model/stacks";

/** `unknown`: the stacks do not tell, so neither way is proven. */
export type Verdict = "open" | "closed" | "unknown";

/** One thing on the way of a packet, and what it does with it. */
export interface Hop {
  readonly verdict: Verdict;
  readonly text: string;
  /** The resource or rule; none for what AWS does by itself. */
  readonly origin?: Origin;
}

/** The way of a connection's packets, up to the first hop that drops them. */
export interface Trace {
  readonly verdict: Verdict;
  readonly hops: readonly Hop[];
  /** Whether something listens where the packets arrive. */
  readonly answered: boolean;
  /** Whether the packets leave the VPC through a NAT or internet gateway. */
  readonly overInternet?: boolean;
}

/** Puts a trace together: one closed hop closes it, else one unknown hop leaves it unknown. */
export function trace(hops: readonly Hop[], rest: Partial<Pick<Trace, "answered" | "overInternet">> = {}): Trace {
  const closed = hops.findIndex(({ verdict }) => verdict === "closed");
  if (closed >= 0) return { answered: false, ...rest, verdict: "closed", hops: hops.slice(0, closed + 1) };
  const verdict = hops.some((hop) => hop.verdict === "unknown") ? "unknown" : "open";
  return { answered: true, ...rest, verdict, hops };
}
