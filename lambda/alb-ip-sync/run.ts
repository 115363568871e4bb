import { type Counters, count, sameCounters } from "./counters";
import { type Decision, decide, type Guards, isDraining, isHealthy, type Mapping, type Target } from "./decide";
import { type Failure, Failures, messageOf } from "./failures";
import { type Address, ConcurrentRunError, type Ports, UnreadableCountersError } from "./ports";
import { askWitnesses, type Witnesses } from "./witnesses";

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
  /** Counters after the last run. */
  counters: Counters;
  /** Whether the store is known to hold no counters. */
  storeIsEmpty: boolean;
  /** When each target group was last seen to hold exactly the ALB's addresses, in milliseconds since the epoch. */
  readonly inSyncAt: Map<string, number>;
  /** When a run last went without failure; before the first, when this environment started. */
  lastSuccessAt: number;
  readonly startedAt: number;
}

export const newMemory = (now: number): Memory => ({
  counters: new Map(),
  storeIsEmpty: false,
  inSyncAt: new Map(),
  lastSuccessAt: now,
  startedAt: now,
});

export interface MappingReport {
  readonly mapping: Mapping;
  readonly decisions: readonly Decision[];
  readonly registered: readonly Address[];
  readonly deregistered: readonly Address[];
  /** Addresses that the ALB has; undefined where its interfaces could not be read. */
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

/**
 * One run: asks the witnesses, decides for every mapping, acts, and keeps the counters. Never rejects: what fails is
 * in the report, and everything that does not depend on it is still done.
 */
export async function run(ports: Ports, settings: RunSettings, memory: Memory): Promise<Report> {
  const failures = new Failures();
  const notices: string[] = [];
  const witnesses = await askWitnesses(ports, settings.mappings, failures, notices);
  const now = ports.now();
  const tally = await openTally(ports, settings, memory, witnesses, now, failures);
  const mappings = await Promise.all(
    settings.mappings.map((mapping, position) =>
      serve(mapping, witnesses.groups[position], { ports, settings, memory, witnesses, now, failures, tally }),
    ),
  );
  memory.counters = tally.after;
  await closeTally(ports, memory, tally, failures, notices);

  const secondsSinceLastSuccess = seconds(now - memory.lastSuccessAt);
  if (failures.list.length === 0) memory.lastSuccessAt = now;
  return { mappings, failures: failures.list, notices, secondsSinceLastSuccess };
}

const seconds = (milliseconds: number): number => Math.max(0, Math.round(milliseconds / 1000));

/** The counters before and after this run. */
interface Tally {
  readonly before: Counters;
  readonly after: Counters;
  /** What the next write may replace; undefined where nothing is to be written. */
  readonly replaces: { readonly revision: string | undefined; readonly unreadable: boolean } | undefined;
}

/** Counts this run. The store is only asked when there is something to count or to clear. */
async function openTally(
  ports: Ports,
  settings: RunSettings,
  memory: Memory,
  { groups, interfaces, dns }: Witnesses,
  now: number,
  failures: Failures,
): Promise<Tally> {
  const staying = groups.flatMap((targets) => (targets ?? []).filter((target) => !isDraining(target)));
  const next = (before: Counters): Counters =>
    count(before, {
      now,
      interval: settings.interval,
      interfaces,
      dns,
      registered: new Set(staying.map(({ address }) => address)),
      allGroupsKnown: groups.every((targets) => targets !== undefined),
    });
  const remembered = { before: memory.counters, after: next(memory.counters), replaces: undefined };
  if (settings.dryRun || (memory.storeIsEmpty && remembered.after.size === 0)) return remembered;
  try {
    const { counters, revision } = await ports.readCounters();
    return { before: counters, after: next(counters), replaces: { revision, unreadable: false } };
  } catch (error) {
    failures.add({ source: "counters", message: messageOf(error) });
    if (!(error instanceof UnreadableCountersError)) return remembered;
    return { ...remembered, replaces: { revision: error.revision, unreadable: true } };
  }
}

async function closeTally(
  ports: Ports,
  memory: Memory,
  { before, after, replaces }: Tally,
  failures: Failures,
  notices: string[],
): Promise<void> {
  if (!replaces) return;
  memory.storeIsEmpty = false;
  try {
    if (replaces.unreadable || !sameCounters(before, after)) await ports.writeCounters(after, replaces.revision);
    memory.storeIsEmpty = after.size === 0;
  } catch (error) {
    // The other run has counted; this one's decisions were safe on what it knew.
    if (error instanceof ConcurrentRunError) notices.push(messageOf(error));
    else failures.add({ source: "counters", message: messageOf(error) });
  }
}

interface Service {
  readonly ports: Ports;
  readonly settings: RunSettings;
  readonly memory: Memory;
  readonly witnesses: Witnesses;
  readonly now: number;
  readonly failures: Failures;
  readonly tally: Tally;
}

/** Decides and acts for one mapping. */
async function serve(
  mapping: Mapping,
  targets: readonly Target[] | undefined,
  { ports, settings, memory, witnesses, now, failures, tally }: Service,
): Promise<MappingReport> {
  const { targetGroupArn, ipAddressType, listenerPort } = mapping;
  const interfaces = witnesses.interfaces[ipAddressType];
  const dns = witnesses.dns[ipAddressType];
  const { isInSubnets } = settings;
  const unconfirmedRuns = new Map([...tally.after].map(([address, { runs }]) => [address, runs]));
  const decisions = targets
    ? decide(mapping, { interfaces, dns, targets, unconfirmedRuns, isInSubnets }, settings)
    : [];

  const act = async (action: "register" | "deregister"): Promise<readonly Address[]> => {
    const affected = decisions
      .filter((decision) => decision.action === action)
      .map(({ address, port }) => ({ address, port }));
    if (affected.length === 0 || settings.dryRun) return [];
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
  const wanted = interfaces.status === "known" ? interfaces.present : undefined;
  const inSync =
    wanted !== undefined &&
    staying?.length === wanted.size &&
    staying.every(({ address, port }) => port === listenerPort && wanted.has(address));
  if (inSync) memory.inSyncAt.set(targetGroupArn, now);
  return {
    mapping,
    decisions,
    registered,
    deregistered,
    targetsWanted: wanted?.size,
    targetsRegistered: staying?.length,
    targetsHealthy: staying?.filter(isHealthy).length,
    driftSeconds: seconds(now - (memory.inSyncAt.get(targetGroupArn) ?? memory.startedAt)),
  };
}
