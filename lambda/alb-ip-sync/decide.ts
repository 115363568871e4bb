import { isIPv6 } from "node:net";

/** One listener port of the ALB, and the NLB target group that must hold the ALB's addresses on that port. */
export interface Mapping {
  readonly listenerPort: number;
  readonly targetGroupArn: string;
  readonly ipAddressType: "ipv4" | "ipv6";
}

/**
 * What EC2 says. `present`: addresses of attached network interfaces of this ALB. `foreign`: addresses that another
 * interface in the ALB's subnets holds. Only looked up for addresses in doubt.
 */
export type InterfaceEvidence =
  | { readonly status: "known"; readonly present: ReadonlySet<string>; readonly foreign: ReadonlySet<string> }
  | { readonly status: "failed" };

/**
 * What DNS says. `partial`: the answer may lack live addresses (at most 8 fit into one), so that absence proves
 * nothing.
 */
export type DnsEvidence =
  | { readonly status: "complete" | "partial"; readonly listed: ReadonlySet<string> }
  | { readonly status: "failed" };

/** State of `DescribeTargetHealth`, e.g. `initial`, `healthy`, `unhealthy`, `unused`, `draining`. */
export interface Target {
  readonly address: string;
  readonly port: number;
  readonly state: string;
}

export interface Guards {
  /** Runs that a target without interface is kept while DNS still lists it. */
  readonly maximumUnconfirmedRuns: number;
  /** Share of the targets that one run may deregister on one witness alone, in percent. */
  readonly maximumDeregistrationSharePercent: number;
  /** Healthy targets that a run on one witness alone never goes below. */
  readonly minimumHealthyTargets: number;
}

export interface Evidence {
  readonly interfaces: InterfaceEvidence;
  readonly dns: DnsEvidence;
  readonly targets: readonly Target[];
  /** Runs so far, this one included, in which the address had no interface while DNS listed it. */
  readonly unconfirmedRuns: ReadonlyMap<string, number>;
  /** Whether an address lies in the ALB's subnets. */
  readonly isInSubnets: (address: string) => boolean;
}

const REASONS = {
  "interface-without-target": "an interface of the ALB has this address and the target group has not",
  "interface-with-draining-target": "an interface of the ALB has this address, but the target is draining",
  "interface-present": "an interface of the ALB has this address",
  "gone-from-both": "no interface of the ALB has this address and DNS does not list it",
  "held-by-another-interface": "another interface in the ALB's subnets has this address",
  "dns-still-lists": "no interface of the ALB has this address, but DNS lists it",
  "dns-listed-too-long": "no interface of the ALB has this address, and DNS has listed it for too many runs",
  "gone-from-interfaces":
    "no interface of the ALB has this address, and DNS could not be asked or gave a partial answer",
  "interfaces-unknown": "the interfaces could not be read, so that nothing is known about this address",
  "dns-only": "DNS lists this address, but no interface of the ALB has it",
  draining: "no interface of the ALB has this address, and the target is leaving already",
  "over-share": "one witness alone may not deregister more targets in this run",
  "under-minimum-healthy": "one witness alone may not deregister another healthy target",
  "outside-subnets": "this address is not in the ALB's subnets",
  "other-port": "the ALB has this address, but the target is on a port that is not this mapping's",
} as const;

export type Reason = keyof typeof REASONS;

/** The reason in words, for logs. */
export const explain = (reason: Reason): string => REASONS[reason];

type Verdict =
  | { readonly action: "register"; readonly reason: "interface-without-target" | "interface-with-draining-target" }
  | { readonly action: "keep"; readonly reason: "interface-present" | "dns-still-lists" | "interfaces-unknown" }
  | {
      readonly action: "deregister";
      readonly reason: "gone-from-both" | "held-by-another-interface" | "dns-listed-too-long" | "gone-from-interfaces";
    }
  /** A deregistration that waits for another run. */
  | { readonly action: "wait"; readonly reason: "over-share" | "under-minimum-healthy" }
  /** A registration that is refused. */
  | { readonly action: "refuse"; readonly reason: "outside-subnets" }
  | { readonly action: "ignore"; readonly reason: "dns-only" | "draining" | "interfaces-unknown" | "other-port" };

export type Decision = Verdict & { readonly address: string; readonly port: number };

type InterfaceVerdict = "present" | "foreign" | "gone" | "unknown";
type DnsVerdict = "listed" | "absent" | "unknown";
type TargetVerdict = "absent" | "draining" | "registered";

/** What to do before the guards are asked; `grace` and `alone` are settled by them. */
type Row = Verdict | "grace" | "alone" | "nothing";

const keep: Row = { action: "keep", reason: "interface-present" };
const keepUnknown: Row = { action: "keep", reason: "interfaces-unknown" };
const draining: Row = { action: "ignore", reason: "draining" };
const dnsOnly: Row = { action: "ignore", reason: "dns-only" };
const unknown: Row = { action: "ignore", reason: "interfaces-unknown" };
const stranger: Row = { action: "deregister", reason: "held-by-another-interface" };
const present: Record<TargetVerdict, Row> = {
  absent: { action: "register", reason: "interface-without-target" },
  draining: { action: "register", reason: "interface-with-draining-target" },
  registered: keep,
};

/** The decision table: interface → DNS → target. */
const TABLE: Record<InterfaceVerdict, Record<DnsVerdict, Record<TargetVerdict, Row>>> = {
  present: { listed: present, absent: present, unknown: present },
  foreign: {
    listed: { absent: dnsOnly, draining, registered: stranger },
    absent: { absent: "nothing", draining, registered: stranger },
    unknown: { absent: "nothing", draining, registered: stranger },
  },
  gone: {
    listed: { absent: dnsOnly, draining, registered: "grace" },
    absent: { absent: "nothing", draining, registered: { action: "deregister", reason: "gone-from-both" } },
    unknown: { absent: "nothing", draining, registered: "alone" },
  },
  unknown: {
    listed: { absent: unknown, draining: unknown, registered: keepUnknown },
    absent: { absent: "nothing", draining: unknown, registered: keepUnknown },
    unknown: { absent: "nothing", draining: unknown, registered: keepUnknown },
  },
};

function interfaceVerdict(interfaces: InterfaceEvidence, address: string): InterfaceVerdict {
  if (interfaces.status === "failed") return "unknown";
  if (interfaces.present.has(address)) return "present";
  return interfaces.foreign.has(address) ? "foreign" : "gone";
}

function dnsVerdict(dns: DnsEvidence, address: string): DnsVerdict {
  if (dns.status === "failed") return "unknown";
  if (dns.listed.has(address)) return "listed";
  return dns.status === "complete" ? "absent" : "unknown";
}

export const isDraining = ({ state }: Target): boolean => state === "draining";
export const isHealthy = ({ state }: Target): boolean => state === "healthy";
export const isOfFamily = (ipAddressType: Mapping["ipAddressType"], address: string): boolean =>
  isIPv6(address) === (ipAddressType === "ipv6");

interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly target?: Target;
}

/** Every target, and every address that a source names and that is not a target on the listener's port. */
function candidates({ interfaces, dns, targets }: Evidence, mapping: Mapping): Candidate[] {
  const port = mapping.listenerPort;
  const onPort = new Set(targets.filter((target) => target.port === port).map(({ address }) => address));
  const named = new Set([
    ...(interfaces.status === "known" ? interfaces.present : []),
    ...(dns.status === "failed" ? [] : dns.listed),
  ]);
  return [
    ...targets.map((target) => ({ address: target.address, port: target.port, target })),
    ...[...named]
      .filter((address) => isOfFamily(mapping.ipAddressType, address) && !onPort.has(address))
      .map((address) => ({ address, port })),
  ].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port));
}

/**
 * What one run does with one target group: a decision for each target and each address that a source names, sorted
 * by address. Pure: no I/O, no clock.
 *
 * Two witnesses that agree act at once. What rests on the interfaces alone passes two guards: the share of the targets
 * that may go in one run, and the number of healthy targets that must stay.
 */
export function decide(mapping: Mapping, evidence: Evidence, guards: Guards): Decision[] {
  const settled: { candidate: Candidate; verdict: Verdict }[] = [];
  const onOneWitness: { candidate: Candidate & { target: Target }; verdict: Verdict & { action: "deregister" } }[] = [];

  for (const candidate of candidates(evidence, mapping)) {
    const { address, port, target } = candidate;
    const row: Row =
      TABLE[interfaceVerdict(evidence.interfaces, address)][dnsVerdict(evidence.dns, address)][
        target === undefined ? "absent" : isDraining(target) ? "draining" : "registered"
      ];
    if (row === "nothing") continue;
    if (row === "grace" || row === "alone") {
      const runs = evidence.unconfirmedRuns.get(address) ?? 0;
      if (row === "grace" && runs <= guards.maximumUnconfirmedRuns) {
        settled.push({ candidate, verdict: { action: "keep", reason: "dns-still-lists" } });
      } else if (target) {
        const reason = row === "grace" ? "dns-listed-too-long" : "gone-from-interfaces";
        onOneWitness.push({ candidate: { address, port, target }, verdict: { action: "deregister", reason } });
      }
    } else if ((row === keep || row.action === "register") && port !== mapping.listenerPort) {
      // Somebody else's target; the address on this mapping's port is a candidate of its own.
      settled.push({ candidate, verdict: { action: "ignore", reason: "other-port" } });
    } else if (row.action === "register" && !evidence.isInSubnets(address)) {
      settled.push({ candidate, verdict: { action: "refuse", reason: "outside-subnets" } });
    } else {
      settled.push({ candidate, verdict: row });
    }
  }

  const leaving = new Set(
    settled.filter(({ verdict }) => verdict.action === "deregister").map((s) => s.candidate.target),
  );
  const staying = evidence.targets.filter((target) => !isDraining(target) && !leaving.has(target));
  let share = Math.floor((staying.length * guards.maximumDeregistrationSharePercent) / 100);
  let spareHealthy = staying.filter(isHealthy).length - guards.minimumHealthyTargets;
  // Unhealthy targets first: they cost no capacity.
  onOneWitness.sort((a, b) => Number(isHealthy(a.candidate.target)) - Number(isHealthy(b.candidate.target)));
  for (const { candidate, verdict } of onOneWitness) {
    const healthy = isHealthy(candidate.target);
    if (share <= 0) settled.push({ candidate, verdict: { action: "wait", reason: "over-share" } });
    else if (healthy && spareHealthy <= 0) {
      settled.push({ candidate, verdict: { action: "wait", reason: "under-minimum-healthy" } });
    } else {
      share -= 1;
      if (healthy) spareHealthy -= 1;
      settled.push({ candidate, verdict });
    }
  }
  return settled
    .map(({ candidate: { address, port }, verdict }) => ({ address, port, ...verdict }))
    .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port));
}
