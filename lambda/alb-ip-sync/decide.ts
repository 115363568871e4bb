import { ENTRIES, type Health, type Reason, TARGETS } from "./decision-table";
import {
  type DnsEvidence,
  type InterfaceEvidence,
  isDraining,
  isHealthy,
  isUnhealthy,
  type Mapping,
  type Target,
} from "./evidence";
import {
  type DnsVerdict,
  dnsVerdict,
  type History,
  type InterfaceVerdict,
  interfaceVerdict,
  type Track,
} from "./history";

export interface Guards {
  /** Runs that a target without interface is kept which is not healthy, while DNS lists it or can't be asked. */
  readonly maximumUnconfirmedRuns: number;
  /** Share of the targets that one run may deregister without three witnesses against them, in percent; at least one. */
  readonly maximumDeregistrationSharePercent: number;
  /** Healthy targets that stay in any case, unless another interface has their address. */
  readonly minimumHealthyTargets: number;
}

export interface Evidence {
  readonly interfaces: InterfaceEvidence;
  readonly dns: DnsEvidence;
  readonly targets: readonly Target[];
  /** With what this run has seen. */
  readonly history: History;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Time between two runs, in milliseconds. */
  readonly interval: number;
  /** Whether an address lies in the ALB's subnets. */
  readonly isInSubnets: (address: string) => boolean;
  /** Targets that this run has deregistered already on guarded reasons. */
  readonly alreadyDeregistered?: number;
}

export type Decision = {
  readonly address: string;
  readonly port: number;
  readonly reason: Reason;
} & (
  | { readonly action: "register" | "keep" | "ignore" }
  | { readonly action: "deregister"; readonly guarded: boolean }
  /** A deregistration that waits for another run. */
  | { readonly action: "wait" }
  /** A registration that is refused. */
  | { readonly action: "refuse" }
);

/** Runs after which even a healthy target is removed that neither EC2 nor DNS has ever shown: longer than answers are old. */
const PATIENT_RUNS = 10;
/** Full answers, all the same, after which there is hardly a ninth address: one answer in nine would show it. */
const ANSWERS_THAT_AGREE = 5;
/** Runs are never exactly an interval apart. */
const TOLERANCE = 0.1;

const isGuarded = (decision: Decision): boolean => decision.action === "deregister" && decision.guarded;

/** Addresses that exist as far as anyone knows, for what a sampled DNS answer can show. */
const known = ({ interfaces, dns }: Pick<Evidence, "interfaces" | "dns">): number =>
  new Set([
    ...(interfaces.status === "known" ? interfaces.present.keys() : []),
    ...(dns.status === "failed" ? [] : dns.listed),
  ]).size;

/**
 * Sets DNS against the NLB: what it finds healthy exists. EC2 has no say here, so that the two witnesses of absence stay
 * independent.
 *
 * An answer that denies more than half of that is incomplete, out of date or about something else. One that denies just
 * half may be a zone that leaves: it has to say so for longer. Full answers that are all the same hold everything if they
 * hold all that is healthy; else a resolver has chosen them.
 */
export function credible(dns: DnsEvidence, targets: readonly Target[]): DnsEvidence {
  if (dns.status === "failed") return dns;
  const healthy = [...new Set(targets.filter(isHealthy).map(({ address }) => address))];
  const isListed = (address: string): boolean => dns.listed.has(address);
  if (dns.status === "partial") {
    const isWhole = dns.answers >= ANSWERS_THAT_AGREE && healthy.length > 0 && healthy.every(isListed);
    return isWhole ? { ...dns, status: "complete" } : dns;
  }
  const denied = healthy.filter((address) => !isListed(address)).length;
  if (denied * 2 < healthy.length || denied === 0) return dns;
  return denied * 2 === healthy.length ? { ...dns, isBold: true } : { ...dns, status: "partial" };
}

interface Subject {
  readonly address: string;
  readonly port: number;
  readonly target?: Target;
  readonly track: Track;
  readonly interfaceVerdict: InterfaceVerdict;
  readonly dnsVerdict: DnsVerdict;
}

const byAddress = (a: { address: string; port: number }, b: { address: string; port: number }): number =>
  a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port;

/** Every target, and every address that a source names and that is not a target on the listener's port. */
function subjects(mapping: Mapping, evidence: Evidence, guards: Guards): Subject[] {
  const { dns, history, interfaces, interval, now, targets } = evidence;
  const port = mapping.listenerPort;
  const onPort = new Set(targets.filter((target) => target.port === port).map(({ address }) => address));
  const named = new Set([
    ...(interfaces.status === "known" ? interfaces.present.keys() : []),
    ...(dns.status === "failed" ? [] : dns.listed),
  ]);
  const addresses = known(evidence);
  const subject = (address: string, subjectPort: number, target?: Target): Subject => {
    const track = history.get(address) ?? {};
    const byDns = dnsVerdict(dns, track, { address, addresses, interval });
    const byEc2 = interfaceVerdict(interfaces, track, { address, now, interval });
    // A new node that EC2 does not show yet may have an address whose former interface EC2 still shows.
    const isNew = track.attachedAt === undefined && byDns === "listed" && !outlasts(track, guards, evidence);
    return {
      address,
      port: subjectPort,
      ...(target && { target }),
      track,
      interfaceVerdict: byEc2 === "foreign" && isNew && target ? "missed" : byEc2,
      dnsVerdict: byDns,
    };
  };
  return [
    ...targets.map((target) => subject(target.address, target.port, target)),
    ...[...named].filter((address) => !onPort.has(address)).map((address) => subject(address, port)),
  ];
}

/** Whether an address has had no interface for more runs than the setting allows. */
const outlasts = (track: Track, guards: Guards, { interval, now }: Pick<Evidence, "interval" | "now">): boolean =>
  runsMissing(track, now, interval) >= guards.maximumUnconfirmedRuns;

const runsMissing = ({ missingSince }: Track, now: number, interval: number): number =>
  missingSince === undefined ? 0 : (now - missingSince) / interval + TOLERANCE;

function healthOf(target: Target, someAreHealthy: boolean): Health {
  if (isHealthy(target)) return "healthy";
  if (!isUnhealthy(target)) return "unsure";
  return someAreHealthy ? "dead" : "failing";
}

/**
 * What one run does with one target group: a decision for each target and each address that a source names, sorted
 * by address. Pure: no I/O, no clock. The table is in `decision-table.ts`.
 *
 * A healthy target is removed only if DNS has withdrawn it in the answers of two runs, or another interface has its address.
 * What the health check has found dead is removed as soon as one other witness speaks against it.
 */
export function decide(mapping: Mapping, evidence: Evidence, guards: Guards): Decision[] {
  const someAreHealthy = evidence.targets.some(isHealthy);
  const decisions = subjects(mapping, evidence, guards).flatMap((subject) => {
    const { address, port, target } = subject;
    const isOther = port !== mapping.listenerPort;
    const decision =
      target && !isDraining(target)
        ? forTarget(subject, healthOf(target, someAreHealthy), evidence, guards)
        : forEntry(subject, evidence, guards);
    if (!decision) return [];
    // Somebody else's target; the address on this mapping's port is a subject of its own.
    const left = isOther && (decision.reason === "interface-present" || decision.action === "register");
    const settled = left ? ({ action: "ignore", reason: "other-port" } as const) : decision;
    return [{ ...settled, address, port }];
  });
  return guard(decisions, evidence, guards).sort(byAddress);
}

type Unplaced = Decision extends infer D ? (D extends Decision ? Omit<D, "address" | "port"> : never) : never;

function forTarget(subject: Subject, health: Health, evidence: Evidence, guards: Guards): Unplaced {
  const row = TARGETS[subject.interfaceVerdict][subject.dnsVerdict][health];
  if (row.action === "deregister" || !row.until) return row;
  const runs = row.until.runs === "patience" ? PATIENT_RUNS : guards.maximumUnconfirmedRuns;
  return runsMissing(subject.track, evidence.now, evidence.interval) >= runs
    ? { action: "deregister", reason: row.until.reason, guarded: true }
    : { action: "keep", reason: row.reason };
}

function forEntry(subject: Subject, evidence: Evidence, guards: Guards): Unplaced | undefined {
  const { address, target, track } = subject;
  // DNS can't be asked now, and denied the address when it was: not a reason to let it in.
  const wasDenied = subject.dnsVerdict === "unknown" && track.deniedSince !== undefined && track.listed;
  const entry = ENTRIES[subject.interfaceVerdict][wasDenied ? "leaving" : subject.dnsVerdict];
  const draining = target && ({ action: "ignore", reason: "draining" } as const);
  if (entry === "nothing") return draining;
  if (entry === "leaving" || entry === "dns-only") return draining ?? { action: "ignore", reason: entry };
  // Its interface was there and is gone, or never came: DNS is late.
  const isLate = entry === "dns" && isGone(track, guards, evidence);
  if (isLate) return draining ?? { action: "ignore", reason: "dns-only" };
  if (!evidence.isInSubnets(address)) return { action: "refuse", reason: "outside-subnets" };
  const fromInterface = target ? "interface-with-draining-target" : "interface-without-target";
  return { action: "register", reason: entry === "dns" ? "dns-without-target" : fromInterface };
}

const isGone = (track: Track, guards: Guards, evidence: Evidence): boolean =>
  track.missingSince !== undefined && (track.attachedAt !== undefined || outlasts(track, guards, evidence));

/**
 * Holds back what is guarded: unhealthy targets go first, at least one may go in a run, and of the healthy ones the
 * minimum remains.
 */
function guard(decisions: readonly Decision[], evidence: Evidence, guards: Guards): Decision[] {
  const keyOf = ({ address, port }: { address: string; port: number }): string => `${address} ${port}`;
  const byKey = new Map(evidence.targets.map((target) => [keyOf(target), target]));
  const isHealthyTarget = (decision: Decision): boolean => byKey.get(keyOf(decision))?.state === "healthy";
  const free = new Set(decisions.filter((d) => d.action === "deregister" && !d.guarded).map(keyOf));
  const staying = evidence.targets.filter((target) => !isDraining(target) && !free.has(keyOf(target)));
  const already = evidence.alreadyDeregistered ?? 0;
  const allowed = Math.floor(((staying.length + already) * guards.maximumDeregistrationSharePercent) / 100);
  let share = Math.max(1, allowed) - already;
  let spareHealthy = staying.filter(isHealthy).length - guards.minimumHealthyTargets;
  const ordered = [...decisions].sort((a, b) => Number(isHealthyTarget(a)) - Number(isHealthyTarget(b)));
  return ordered.map((decision) => {
    if (!isGuarded(decision)) return decision;
    const { address, port } = decision;
    const healthy = isHealthyTarget(decision);
    if (share <= 0) return { action: "wait", reason: "over-share", address, port };
    if (healthy && spareHealthy <= 0) return { action: "wait", reason: "under-minimum-healthy", address, port };
    share -= 1;
    if (healthy) spareHealthy -= 1;
    return decision;
  });
}
