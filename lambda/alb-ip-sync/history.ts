import type { DnsEvidence, InterfaceEvidence } from "./evidence";

/** What is remembered of one address. Times are in milliseconds since the epoch. */
export interface Track {
  /** When the ALB's interface with this address was attached, as EC2 said last. Absent: EC2 has never shown it. */
  readonly attachedAt?: number;
  /** First of the latest answers of EC2, in a row, that had no interface with this address. */
  readonly missingSince?: number;
  /** DNS has listed the address. */
  readonly listed?: true;
  /** Time of the first of the latest DNS answers, in a row, that denied the address. */
  readonly deniedSince?: number;
  /** Latest DNS answer that listed the address; not stored. */
  readonly listedAt?: number;
  /** Sampled answers since `deniedSince` that did not hold the address; not stored. */
  readonly samples?: number;
}

/** By address. */
export type History = ReadonlyMap<string, Track>;

/** Part of the time between two runs that has to pass for answers to be those of two runs. A run is shorter. */
const OF_AN_INTERVAL = 0.9;
/** Intervals for which DNS has to deny what is half of the nodes: longer than resolvers err. */
const BOLD_RUNS = 6;
/** Time after which an address that no source names is forgotten. */
const FORGOTTEN_AFTER = 30 * 60_000;
/** Addresses in one DNS answer of a load balancer, at most. Source: README of the public reference. */
export const DNS_ANSWER_LIMIT = 8;
/** Chance, as a natural logarithm, with which samples may have missed a listed address: one in a million. */
const MISSED_BY_CHANCE = Math.log(1e-6);

/** Samples of 8 out of so many addresses after which one that was in none of them is not among them. */
export const samplesNeeded = (addresses: number): number =>
  addresses <= DNS_ANSWER_LIMIT
    ? Number.POSITIVE_INFINITY
    : Math.ceil(MISSED_BY_CHANCE / Math.log(1 - DNS_ANSWER_LIMIT / addresses));

export interface Observation {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Absent where this source was not asked. */
  readonly interfaces?: InterfaceEvidence;
  readonly dns: DnsEvidence;
  /** Addresses that are targets, and not draining, in some target group. */
  readonly registered: ReadonlySet<string>;
  /** Whether every target group could be read. */
  readonly allGroupsKnown: boolean;
}

/**
 * Adds what the sources say to what is remembered. A source that fails, and a run that is missing, leave the memory as
 * it is: only the source itself can contradict what it said before.
 */
export function observe(before: History, observation: Observation): History {
  const { interfaces, dns, registered } = observation;
  const addresses = new Set([
    ...before.keys(),
    ...registered,
    ...(interfaces?.status === "known" ? interfaces.present.keys() : []),
    ...(dns.status === "failed" ? [] : dns.listed),
  ]);
  const after = new Map<string, Track>();
  for (const address of addresses) {
    const track = withDns(address, withInterfaces(address, before.get(address) ?? {}, observation), observation);
    if (!isForgotten(address, track, observation)) after.set(address, track);
  }
  return after;
}

function withInterfaces(address: string, track: Track, { interfaces, now }: Observation): Track {
  if (interfaces?.status !== "known") return track;
  const attachedAt = interfaces.present.get(address);
  if (attachedAt === undefined) return track.missingSince === undefined ? { ...track, missingSince: now } : track;
  const { missingSince: _, ...rest } = track;
  return { ...rest, attachedAt };
}

function withDns(address: string, track: Track, { dns, registered }: Observation): Track {
  if (dns.status === "failed") return track;
  if (dns.listed.has(address)) {
    const { deniedSince, samples: _, attachedAt, ...rest } = track;
    const listedAt = Math.max(dns.asOf, track.listedAt ?? 0);
    // DNS has forgotten the address and names it again: a new node, which EC2 may show later.
    const isNew = deniedSince !== undefined && track.missingSince !== undefined;
    if (isNew) {
      const { missingSince: __, ...anew } = rest;
      return { ...anew, listed: true, listedAt };
    }
    return { ...rest, ...(attachedAt !== undefined && { attachedAt }), listed: true, listedAt };
  }
  // An answer older than one that listed the address denies nothing.
  if (dns.status === "partial" || dns.asOf <= (track.listedAt ?? 0)) return track;
  if (!track.listed && !registered.has(address)) return track;
  const deniedSince = track.deniedSince ?? dns.asOf;
  return { ...track, deniedSince, ...(dns.status === "sampled" && { samples: (track.samples ?? 0) + dns.answers }) };
}

function isForgotten(address: string, track: Track, observation: Observation): boolean {
  const { allGroupsKnown, dns, interfaces, now, registered } = observation;
  if (registered.has(address) || !allGroupsKnown) return false;
  if (interfaces?.status === "known" && interfaces.present.has(address)) return false;
  if (dns.status !== "failed" && dns.listed.has(address)) return false;
  return now - Math.max(track.missingSince ?? now, track.deniedSince ?? 0) > FORGOTTEN_AFTER;
}

export type InterfaceVerdict = "present" | "missed" | "gone" | "foreign" | "unknown";

/** `missed`: absent from the answers of one run; `gone`: of at least two. */
export function interfaceVerdict(
  interfaces: InterfaceEvidence,
  track: Track,
  { address, now, interval }: { readonly address: string; readonly now: number; readonly interval: number },
): InterfaceVerdict {
  if (interfaces.status === "failed") return "unknown";
  if (interfaces.present.has(address)) return "present";
  const foreignSince = interfaces.foreign.get(address);
  // An interface attached before the ALB's own had the address before: EC2's answer is an old one.
  if (foreignSince !== undefined && (foreignSince === 0 || foreignSince > (track.attachedAt ?? 0))) return "foreign";
  return now - (track.missingSince ?? now) >= OF_AN_INTERVAL * interval ? "gone" : "missed";
}

export type DnsVerdict = "listed" | "unlisted" | "leaving" | "withdrawn" | "unknown";

/**
 * `unlisted`: denied, and never listed; `leaving`: denied after it was listed, by the answers of one run; `withdrawn`: of
 * at least two.
 */
export function dnsVerdict(
  dns: DnsEvidence,
  track: Track,
  { address, addresses, interval }: { readonly address: string; readonly addresses: number; readonly interval: number },
): DnsVerdict {
  if (dns.status === "failed") return "unknown";
  if (dns.listed.has(address)) return "listed";
  if (dns.status === "partial" || track.deniedSince === undefined) return "unknown";
  if (dns.status === "sampled" && (track.samples ?? 0) < samplesNeeded(addresses)) return "unknown";
  if (!track.listed) return "unlisted";
  const runs = dns.isBold ? BOLD_RUNS : 1;
  return dns.asOf - track.deniedSince >= (runs - 1 + OF_AN_INTERVAL) * interval ? "withdrawn" : "leaving";
}

/** Whether two histories are the same for the store. */
export const sameHistory = (a: History, b: History): boolean =>
  a.size === b.size &&
  [...a].every(([address, track]) => {
    const other = b.get(address);
    return (
      other !== undefined &&
      other.attachedAt === track.attachedAt &&
      other.missingSince === track.missingSince &&
      other.listed === track.listed &&
      other.deniedSince === track.deniedSince
    );
  });
