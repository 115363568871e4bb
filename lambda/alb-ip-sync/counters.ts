import { isIPv6 } from "node:net";
import type { Witnesses } from "./witnesses";

/** How long an address has had no interface while DNS listed it. */
export interface Counter {
  /** Runs in a row. */
  readonly runs: number;
  /** When the last of them was counted, in milliseconds since the epoch. */
  readonly countedAt: number;
}

/** By address. */
export type Counters = ReadonlyMap<string, Counter>;

export interface Counting extends Pick<Witnesses, "interfaces" | "dns"> {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Time between two scheduled runs, in milliseconds. */
  readonly interval: number;
  /** Addresses that are targets, and not draining, in some target group. */
  readonly registered: ReadonlySet<string>;
  /** Whether every target group could be read. */
  readonly allGroupsKnown: boolean;
}

/**
 * Counts one run. Runs closer together than half an interval (retries, manual runs, events) count once: the allowance is
 * a time, spelt in runs. Two intervals without a count (a run was missing, or a source failed) break the row: the
 * interface may have been there in between.
 */
export function count(before: Counters, counting: Counting): Counters {
  const { now, interval, registered, allGroupsKnown } = counting;
  const after = new Map<string, Counter>();
  for (const address of new Set([...before.keys(), ...registered])) {
    const known = before.get(address);
    const previous = known && now - known.countedAt < 2 * interval ? known : undefined;
    const verdict = isUnconfirmed(address, counting);
    const isTarget = registered.has(address);
    if (verdict === "no" || (!isTarget && allGroupsKnown)) continue;
    if (verdict === "yes" && isTarget) {
      const counted = previous !== undefined && Math.abs(now - previous.countedAt) < interval / 2;
      after.set(address, counted ? previous : { runs: (previous?.runs ?? 0) + 1, countedAt: now });
    } else if (previous) {
      after.set(address, previous);
    }
  }
  return after;
}

/** Whether the address has no interface while DNS lists it. */
function isUnconfirmed(address: string, { interfaces, dns }: Counting): "yes" | "no" | "unknown" {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const { [family]: fromEc2 } = interfaces;
  const { [family]: fromDns } = dns;
  if (fromEc2.status === "known" && fromEc2.present.has(address)) return "no";
  if (fromDns.status === "complete" && !fromDns.listed.has(address)) return "no";
  if (fromEc2.status === "failed" || fromDns.status === "failed") return "unknown";
  return fromDns.listed.has(address) ? "yes" : "unknown";
}

export const sameCounters = (a: Counters, b: Counters): boolean =>
  a.size === b.size &&
  [...a].every(([address, { runs, countedAt }]) => {
    const other = b.get(address);
    return other?.runs === runs && other.countedAt === countedAt;
  });
