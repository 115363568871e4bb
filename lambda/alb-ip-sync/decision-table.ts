import type { DnsVerdict, InterfaceVerdict } from "./history";

const REASONS = {
  "interface-without-target": "an interface of the ALB has this address and the target group has not",
  "interface-with-draining-target": "an interface of the ALB has this address, but the target is draining",
  "dns-without-target": "DNS lists this address; EC2 does not show its interface yet, or could not be read",
  "interface-present": "an interface of the ALB has this address",
  "withdrawn-from-dns": "DNS has not listed this address any more in the answers of two runs",
  "withdrawn-and-unhealthy": "DNS does not list this address any more, and the target is unhealthy",
  "gone-from-both": "no interface of the ALB has this address, and DNS does not list it",
  "gone-and-unhealthy": "no interface of the ALB has this address, and the target is unhealthy",
  "gone-from-interfaces": "no interface of the ALB has had this address for too many runs",
  "held-by-another-interface": "another interface in the ALB's subnets has this address",
  "dns-still-lists": "no interface of the ALB has this address, but DNS lists it",
  "dns-listed-too-long":
    "no interface of the ALB has had this address for too many runs, and the target is not healthy",
  "needs-another-run": "the answers of one run alone speak against this address",
  "healthy-without-interface":
    "no interface of the ALB has this address, but the target is healthy and DNS does not deny it",
  "not-denied": "the interfaces could not be read, and DNS does not deny this address",
  "dns-only": "DNS lists this address, but its interface is gone or belongs to another",
  leaving: "an interface of the ALB has this address, but DNS does not list it any more",
  draining: "nothing speaks for this address, and the target is leaving already",
  "over-share": "no more healthy or uncertain targets may be deregistered in this run",
  "under-minimum-healthy": "another healthy target may not be deregistered",
  "outside-subnets": "this address is not in the ALB's subnets",
  "other-port": "the ALB has this address, but the target is on a port that is not this mapping's",
} as const;

export type Reason = keyof typeof REASONS;

/** The reason in words, for logs. */
export const explain = (reason: Reason): string => REASONS[reason];

/**
 * What the NLB's health check says of a target. `dead`: unhealthy while another target of the group is healthy;
 * `failing`: unhealthy, and so are all; `unsure`: everything else, e.g. `initial` or `unused`.
 */
export type Health = "healthy" | "unsure" | "failing" | "dead";

interface Keep {
  readonly action: "keep";
  readonly reason: Reason;
  /** Deregister after so many runs without interface instead: the setting, or longer than any answer of EC2 is old. */
  readonly until?: { readonly runs: "maximumUnconfirmedRuns" | "patience"; readonly reason: Reason };
}
interface Deregister {
  readonly action: "deregister";
  readonly reason: Reason;
  /** Whether the guards are asked. */
  readonly guarded: boolean;
}
export type Row = Keep | Deregister;

const keep = (reason: Reason): Keep => ({ action: "keep", reason });
const go = (reason: Reason): Deregister => ({ action: "deregister", reason, guarded: false });
const goGuarded = (reason: Reason): Deregister => ({ action: "deregister", reason, guarded: true });
const keepFor = (reason: Reason, runs: "maximumUnconfirmedRuns" | "patience", then: Reason): Keep => ({
  action: "keep",
  reason,
  until: { runs, reason: then },
});
type Cells = Readonly<Record<Health, Row>>;
const cells = (healthy: Row, unsure: Row, failing: Row, dead: Row): Cells => ({ healthy, unsure, failing, dead });
const all = (row: Row): Cells => cells(row, row, row, row);

const present = keep("interface-present");
const wait = keep("needs-another-run");
const withdrawn = goGuarded("withdrawn-from-dns");
const withdrawnDead = go("withdrawn-and-unhealthy");
const goneDead = go("gone-from-both");
const listed = keep("dns-still-lists");
const listedFor = keepFor("dns-still-lists", "maximumUnconfirmedRuns", "dns-listed-too-long");
const unreadable = keep("not-denied");
const aloneFor = keepFor("needs-another-run", "maximumUnconfirmedRuns", "gone-from-interfaces");
const deadAlone = goGuarded("gone-and-unhealthy");
const neverListed = keepFor("needs-another-run", "patience", "gone-from-both");

/** What becomes of a target: interface → DNS → health. */
export const TARGETS: Readonly<Record<InterfaceVerdict, Readonly<Record<DnsVerdict, Cells>>>> = {
  present: {
    listed: all(present),
    unlisted: all(present),
    unknown: all(present),
    leaving: cells(wait, wait, wait, withdrawnDead),
    withdrawn: cells(withdrawn, withdrawn, withdrawn, withdrawnDead),
  },
  missed: {
    listed: all(listed),
    unlisted: cells(wait, wait, wait, goGuarded("gone-from-both")),
    unknown: cells(wait, wait, wait, deadAlone),
    leaving: cells(wait, wait, goneDead, goneDead),
    withdrawn: cells(withdrawn, withdrawn, goneDead, goneDead),
  },
  gone: {
    listed: cells(listed, listedFor, listedFor, listedFor),
    unlisted: cells(neverListed, neverListed, goneDead, goneDead),
    unknown: cells(keep("healthy-without-interface"), aloneFor, aloneFor, deadAlone),
    leaving: cells(wait, goGuarded("gone-from-both"), goneDead, goneDead),
    withdrawn: cells(goGuarded("gone-from-both"), goGuarded("gone-from-both"), goneDead, goneDead),
  },
  foreign: {
    listed: all(go("held-by-another-interface")),
    unlisted: all(go("held-by-another-interface")),
    unknown: all(go("held-by-another-interface")),
    leaving: all(go("held-by-another-interface")),
    withdrawn: all(go("held-by-another-interface")),
  },
  unknown: {
    listed: all(unreadable),
    unlisted: all(unreadable),
    unknown: all(unreadable),
    leaving: cells(wait, wait, wait, goGuarded("withdrawn-and-unhealthy")),
    withdrawn: all(withdrawn),
  },
};

/** What becomes of an address that is no target, or a draining one: register it, for what reason, or leave it. */
export type Entry = "interface" | "dns" | Extract<Reason, "leaving" | "dns-only"> | "nothing";

export const ENTRIES: Readonly<Record<InterfaceVerdict, Readonly<Record<DnsVerdict, Entry>>>> = {
  present: {
    listed: "interface",
    unlisted: "interface",
    unknown: "interface",
    leaving: "leaving",
    withdrawn: "leaving",
  },
  missed: { listed: "dns", unlisted: "nothing", unknown: "nothing", leaving: "nothing", withdrawn: "nothing" },
  gone: { listed: "dns", unlisted: "nothing", unknown: "nothing", leaving: "nothing", withdrawn: "nothing" },
  foreign: { listed: "dns-only", unlisted: "nothing", unknown: "nothing", leaving: "nothing", withdrawn: "nothing" },
  unknown: { listed: "dns", unlisted: "nothing", unknown: "nothing", leaving: "nothing", withdrawn: "nothing" },
};
