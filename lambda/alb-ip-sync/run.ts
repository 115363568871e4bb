import { credible, type Decision, decide, type Guards } from "./decide";
import type { Reason } from "./decision-table";
import { isDraining, isHealthy, type Mapping, type Target } from "./evidence";
import { type Failure, Failures } from "./failures";
import { dnsVerdict, type History, observe } from "./history";
import { keepHistory, newStore, openHistory, type Store } from "./keep-history";
import type { Address, Ports } from "./ports";
import { askDns, askWitnesses, type Witnesses } from "./witnesses";

export interface RunSettings extends Guards {
  readonly mappings: readonly Mapping[];
  readonly isInSubnets: (address: string) => boolean;
  /** Time between two scheduled runs, in milliseconds. */
  readonly interval: number;
  /** Decide and report, change nothing. */
  readonly dryRun: boolean;
}

/** What one execution environment remembers from run to run. Losing it costs one read, never a wrong decision. */
export interface Memory {
  readonly store: Store;
  /** What the last pass has left, for {@link look}. */
  seen: Seen;
  /** When each target group was last seen to need nothing, in milliseconds since the epoch. */
  readonly inSyncAt: Map<string, number>;
  /** When a run last went without failure; before the first, when this environment started. */
  lastSuccessAt: number;
  readonly startedAt: number;
}

interface Seen {
  /** Addresses that are targets in some group. */
  readonly targets: ReadonlySet<string>;
  /** Targets of each group when it was last read. */
  readonly groups: ReadonlyMap<string, readonly Target[]>;
  readonly listed: ReadonlySet<string>;
  /** Targets that DNS denied already. */
  readonly denied: ReadonlySet<string>;
  /** Since when a target has been in doubt. */
  readonly doubtSince: number | undefined;
  /** Guarded deregistrations of this run, by target group. */
  readonly guarded: ReadonlyMap<string, number>;
}

export const newMemory = (now: number): Memory => ({
  store: newStore(),
  seen: {
    targets: new Set(),
    groups: new Map(),
    listed: new Set(),
    denied: new Set(),
    doubtSince: undefined,
    guarded: new Map(),
  },
  inSyncAt: new Map(),
  lastSuccessAt: now,
  startedAt: now,
});

export interface MappingReport {
  readonly mapping: Mapping;
  readonly decisions: readonly Decision[];
  readonly registered: readonly Address[];
  readonly deregistered: readonly Address[];
  /** Addresses that should be targets; undefined where the ALB's interfaces could not be read. */
  readonly targetsWanted: number | undefined;
  /** Targets before this run's actions, without draining ones; undefined where they could not be read. */
  readonly targetsRegistered: number | undefined;
  readonly targetsHealthy: number | undefined;
  readonly driftSeconds: number;
}

export interface Report {
  readonly mappings: readonly MappingReport[];
  readonly failures: readonly Failure[];
  /** Remarkable, but nothing has failed. */
  readonly notices: readonly string[];
  readonly secondsSinceLastSuccess: number;
}

/** Doubts that are this old are left to the minute's run: what they wait for takes longer. */
const PRESSING = 5 * 60_000;
const DOUBTS: readonly Reason[] = ["needs-another-run", "dns-still-lists"];

/**
 * One run: asks the witnesses, decides for every mapping, acts, and keeps the history. Never rejects: what fails is
 * in the report, and everything that does not depend on it is still done.
 */
export function run(ports: Ports, settings: RunSettings, memory: Memory): Promise<Report> {
  memory.seen = { ...memory.seen, guarded: new Map() };
  return pass(ports, settings, memory);
}

/**
 * Between two runs: one DNS answer, and a pass like that of a run only if it shows something new or a target is in doubt.
 *
 * @param halfway ask EC2 also, where DNS has more addresses than fit into an answer
 * @returns the report of the pass, if there was one
 */
export async function look(
  ports: Ports,
  settings: RunSettings,
  memory: Memory,
  halfway = false,
): Promise<Report | undefined> {
  const dns = await askDns(ports, new Failures(), 2);
  const { denied, doubtSince, listed, targets } = memory.seen;
  const now = ports.now();
  if (doubtSince === undefined || now - doubtSince > PRESSING) {
    if (halfway && dns.status !== "complete" && (await hasLostInterface(ports, targets))) {
      return pass(ports, settings, memory);
    }
    if (dns.status === "failed") return undefined;
    const healthy = [...targets].map((address) => ({ address, port: 0, state: "healthy" }));
    const believed = credible(dns, healthy);
    const history = observe(memory.store.history, { now, dns: believed, registered: targets, allGroupsKnown: false });
    memory.store.history = history;
    const isNewlyDenied = (address: string): boolean =>
      !denied.has(address) && isDenied(address, believed, history, settings.interval, targets.size);
    const isNews = [...dns.listed].some((address) => !listed.has(address)) || [...targets].some(isNewlyDenied);
    if (!isNews) return undefined;
  }
  return pass(ports, settings, memory);
}

async function hasLostInterface(ports: Ports, targets: ReadonlySet<string>): Promise<boolean> {
  const present = await new Failures().attempt({ source: "interfaces" }, () => ports.albAddresses());
  return present !== undefined && [...targets].some((address) => !present.has(address));
}

const isDenied = (
  address: string,
  dns: Witnesses["dns"],
  history: History,
  interval: number,
  addresses: number,
): boolean =>
  ["leaving", "withdrawn"].includes(dnsVerdict(dns, history.get(address) ?? {}, { address, addresses, interval }));

async function pass(ports: Ports, settings: RunSettings, memory: Memory): Promise<Report> {
  const failures = new Failures();
  const notices: string[] = [];
  const { mappings, dryRun, interval } = settings;
  const asked = await askWitnesses(ports, mappings, failures);
  const dns = credible(
    asked.dns,
    asked.groups.flatMap((targets) => targets ?? []),
  );
  const witnesses = { ...asked, dns };
  const now = ports.now();
  const registered = registeredIn(witnesses);
  if (!dryRun) await openHistory(ports, memory.store, now, interval, failures);
  const history = observe(memory.store.history, {
    ...witnesses,
    now,
    registered,
    allGroupsKnown: witnesses.groups.every((targets) => targets !== undefined),
  });
  const reports = await Promise.all(
    mappings.map((mapping, position) =>
      serve(mapping, witnesses.groups[position], { ports, settings, memory, witnesses, now, failures, history }),
    ),
  );
  memory.store.history = history;
  if (!dryRun) await keepHistory(ports, memory.store, failures, notices);
  memory.seen = seenAfter(memory, reports, witnesses, { now, history, registered, interval });

  const secondsSinceLastSuccess = seconds(now - memory.lastSuccessAt);
  if (failures.list.length === 0) memory.lastSuccessAt = now;
  return { mappings: reports, failures: failures.list, notices, secondsSinceLastSuccess };
}

const seconds = (milliseconds: number): number => Math.max(0, Math.round(milliseconds / 1000));

const registeredIn = ({ groups }: Witnesses): Set<string> =>
  new Set(
    groups.flatMap((targets) => (targets ?? []).filter((target) => !isDraining(target)).map(({ address }) => address)),
  );

function seenAfter(
  { seen }: Memory,
  reports: readonly MappingReport[],
  { dns, groups: read }: Witnesses,
  {
    history,
    interval,
    now,
    registered,
  }: { now: number; history: History; registered: ReadonlySet<string>; interval: number },
): Seen {
  const targets = new Set([...registered, ...reports.flatMap((each) => each.registered.map(({ address }) => address))]);
  const gone = reports.flatMap(({ deregistered }) => deregistered.map(({ address }) => address));
  for (const address of gone) targets.delete(address);
  const inDoubt = reports.some(({ decisions }) =>
    decisions.some(({ action, reason }) => action === "wait" || (action === "keep" && DOUBTS.includes(reason))),
  );
  const guarded = new Map(seen.guarded);
  for (const { decisions, deregistered, mapping } of reports) {
    const count = decisions.filter(
      (decision) =>
        decision.action === "deregister" &&
        decision.guarded &&
        deregistered.some(({ address, port }) => address === decision.address && port === decision.port),
    ).length;
    guarded.set(mapping.targetGroupArn, (guarded.get(mapping.targetGroupArn) ?? 0) + count);
  }
  const groups = new Map(seen.groups);
  for (const [index, { mapping, registered: added }] of reports.entries()) {
    const before = read[index] ?? groups.get(mapping.targetGroupArn) ?? [];
    const isAdded = ({ address, port }: Address): boolean =>
      added.some((each) => each.address === address && each.port === port);
    const kept = before.filter((target) => !isAdded(target));
    groups.set(mapping.targetGroupArn, [...kept, ...added.map((each) => ({ ...each, state: "initial" }))]);
  }
  const listed =
    dns.status === "failed" ? seen.listed : dns.status === "complete" ? dns.listed : [...seen.listed, ...dns.listed];
  return {
    targets,
    groups,
    listed: new Set(listed),
    denied: new Set([...targets].filter((address) => isDenied(address, dns, history, interval, targets.size))),
    doubtSince: inDoubt ? (seen.doubtSince ?? now) : undefined,
    guarded,
  };
}

interface Service {
  readonly ports: Ports;
  readonly settings: RunSettings;
  readonly memory: Memory;
  readonly witnesses: Witnesses;
  readonly now: number;
  readonly failures: Failures;
  readonly history: History;
}

/** Decides and acts for one mapping. */
async function serve(
  mapping: Mapping,
  targets: readonly Target[] | undefined,
  { ports, settings, memory, witnesses, now, failures, history }: Service,
): Promise<MappingReport> {
  const { targetGroupArn } = mapping;
  const { dns, interfaces } = witnesses;
  const { dryRun, interval, isInSubnets } = settings;
  const alreadyDeregistered = memory.seen.guarded.get(targetGroupArn) ?? 0;
  const evidence = { interfaces, dns, history, now, interval, isInSubnets, alreadyDeregistered };
  // A group that can't be read is filled all the same: to register what is registered does nothing.
  const lastKnown = memory.seen.groups.get(targetGroupArn) ?? [];
  const decisions = decide(mapping, { ...evidence, targets: targets ?? lastKnown }, settings).filter(
    ({ action }) => targets !== undefined || action === "register",
  );

  const act = async (action: "register" | "deregister"): Promise<readonly Address[]> => {
    const affected = decisions
      .filter((decision) => decision.action === action)
      .map(({ address, port }) => ({ address, port }));
    if (affected.length === 0 || dryRun) return [];
    const source = { source: action, targetGroupArn };
    const result = await failures.attempt(source, () => ports[action](targetGroupArn, affected));
    for (const { address, port, error } of result?.failed ?? []) {
      failures.add({ ...source, message: `${address} port ${port}: ${error}` });
    }
    return result?.done ?? [];
  };
  // What adds capacity comes before what removes it.
  const registered = await act("register");
  const deregistered = await act("deregister");

  const staying = targets?.filter((target) => !isDraining(target));
  const isSettled = ({ action, reason }: Decision): boolean =>
    action === "ignore" || (action === "keep" && !DOUBTS.includes(reason));
  if (staying && interfaces.status === "known" && decisions.every(isSettled)) memory.inSyncAt.set(targetGroupArn, now);
  const isWanted = ({ action, reason }: Decision): boolean =>
    reason === "interface-present" || action === "register" || action === "refuse";
  return {
    mapping,
    decisions,
    registered,
    deregistered,
    targetsWanted: interfaces.status === "known" && targets ? decisions.filter(isWanted).length : undefined,
    targetsRegistered: staying?.length,
    targetsHealthy: staying?.filter(isHealthy).length,
    driftSeconds: seconds(now - (memory.inSyncAt.get(targetGroupArn) ?? memory.startedAt)),
  };
}
