import type { Target } from "../../lambda/alb-ip-sync/evidence";
import type { Address, Ports, StoredHistory, TargetResult } from "../../lambda/alb-ip-sync/ports";
import { stored } from "../../lambda/alb-ip-sync/state";
import { ConcurrentRunError } from "../../lambda/stored-item";
import { chance } from "./chance";
import { during, type Fault, type Life, type Scenario, type Seconds, STEP } from "./scenario";

/** Health check as the stacks configure it. */
const CHECK_INTERVAL: Seconds = 10;
const CHECK_TIMEOUT: Seconds = 5;
const THRESHOLD = 2;
/** AWS's default deregistration delay. */
const DRAIN: Seconds = 300;
/** Time for which a deregistered target may still get new connections. Source: aws/containers-roadmap#470. */
export const LONGEST_DEREGISTRATION: Seconds = 120;
const DNS_ANSWER_LIMIT = 8;
const TIME_TO_LIVE: Seconds = 60;
const OLD: Seconds = 180;

interface GroupTarget {
  state: "initial" | "healthy" | "unhealthy" | "draining";
  /** Checks in a row whose result is not the state's. */
  against: number;
  readonly checkPhase: Seconds;
  /** New connections still reach a draining target until then. */
  stopsAt: Seconds;
  drainedAt: Seconds;
}

/** A deregistration, with what was true at that moment. */
export interface Removal {
  readonly time: Seconds;
  readonly group: number;
  readonly address: string;
  /** It served, DNS listed it, and the health check had nothing against it. */
  readonly wasLive: boolean;
}

interface Truth {
  readonly from: Seconds;
  readonly until: Seconds;
  readonly serving: ReadonlySet<string>;
  readonly live: ReadonlySet<string>;
  readonly early: ReadonlySet<string>;
  readonly strangers: ReadonlySet<string>;
}

/**
 * An ALB, its DNS name, EC2 and NLB target groups. What the ALB does is fixed by the scenario; what a source says of it is
 * the scenario's truth, through its faults.
 */
export class World {
  time: Seconds = 0;
  readonly groups: readonly Map<string, GroupTarget>[];
  readonly removals: Removal[] = [];
  readonly registrations: { readonly time: Seconds; readonly address: string }[] = [];
  awsCalls = 0;
  dnsQueries = 0;
  /** Faults that a run has met. */
  readonly met = new Set<Fault["source"]>();
  /** What the last DNS answers said, by address: when an answer began to leave it out. */
  readonly deniedSince = new Map<string, Seconds>();
  private item: { readonly history: StoredHistory["history"]; readonly revision: number } | undefined;
  private cache: { readonly at: Seconds; readonly addresses: readonly string[] } | undefined;

  constructor(
    readonly scenario: Scenario,
    private readonly listenerPorts: readonly number[] = [80],
  ) {
    this.groups = listenerPorts.map(() => new Map());
  }

  // What is true.

  private livesWith(which: "service" | "interface" | "listed", time = this.time): Life[] {
    return this.scenario.lives.filter((each) => during(each[which], time));
  }
  /** What is true now, computed again only after a change. */
  private truth: Truth | undefined;
  private get now(): Truth {
    const { time } = this;
    if (this.truth && this.truth.from <= time && time < this.truth.until) return this.truth;
    const { lives, strangers = [] } = this.scenario;
    this.changes ??= [
      ...new Set([
        ...lives.flatMap((each) => [...each.service, ...each.interface, ...each.listed]),
        ...strangers.flatMap((each) => each.during),
      ]),
    ];
    const serving = this.livesWith("service");
    const interfaces = new Set(this.livesWith("interface").map(({ address }) => address));
    this.truth = {
      from: time,
      until: Math.min(...this.changes.filter((change) => change > time)),
      serving: new Set(serving.map(({ address }) => address)),
      live: new Set(serving.filter((each) => during(each.listed, time)).map(({ address }) => address)),
      early: new Set(
        lives.filter((each) => during(each.interface, time) && time < each.service[0]).map(({ address }) => address),
      ),
      strangers: new Set(
        strangers
          .filter((each) => during(each.during, time) && !interfaces.has(each.address))
          .map(({ address }) => address),
      ),
    };
    return this.truth;
  }
  private changes: Seconds[] | undefined;

  serving = (): ReadonlySet<string> => this.now.serving;
  /** Nodes that answer and that DNS lists. */
  live = (): ReadonlySet<string> => this.now.live;
  /** Has an interface and does not answer yet. */
  isEarly = (address: string): boolean => this.now.early.has(address);
  strangers = (): ReadonlySet<string> => this.now.strangers;
  private faultsOf<S extends Fault["source"]>(source: S): Extract<Fault, { source: S }>[] {
    return (this.scenario.faults ?? [])
      .filter((each) => each.fault.source === source && during(each.during, this.time))
      .map(({ fault }) => fault as Extract<Fault, { source: S }>);
  }
  has = (source: Fault["source"], how: Fault["how"]): boolean =>
    this.faultsOf(source).some((fault) => fault.how === how);

  /** Lets a step pass: health checks see what answers, drains end. */
  step(): void {
    this.time += STEP;
    const serving = this.serving();
    const strangers = this.strangers();
    for (const targets of this.groups) {
      for (const [address, target] of targets) {
        if (target.state === "draining") {
          if (this.time >= target.drainedAt) targets.delete(address);
        } else check(target, serving.has(address) || strangers.has(address), this.time);
      }
    }
  }

  /** Addresses that get new connections, in each group. */
  routable(): string[][] {
    return this.groups.map((targets) => {
      const all = [...targets];
      const inService = all.filter(([, { state }]) => state === "healthy");
      const open = inService.length > 0 ? inService : all.filter(([, { state }]) => state !== "draining");
      const late = all.filter(([, target]) => target.state === "draining" && this.time < target.stopsAt);
      return [...open, ...late].map(([address]) => address);
    });
  }

  // What the algorithms can ask.

  interfaces(): Map<string, number> {
    this.awsCalls += 1;
    if (this.has("interfaces", "fails")) this.fail("interfaces");
    const faults = this.faultsOf("interfaces");
    const asOf = this.ec2IsAsOf();
    const omitted = new Set(faults.flatMap((fault) => (fault.how === "omits" ? fault.addresses : [])));
    const shown = this.livesWith("interface", asOf).filter(
      ({ address, interface: [from], shownLate = 0 }) => asOf >= from + shownLate && !omitted.has(address),
    );
    if (shown.length === 0) this.met.add("interfaces");
    return new Map(shown.map(({ address, interface: [from] }) => [address, Math.max(1, from) * 1000]));
  }

  /** An old answer is old for everything that is asked in the same moment. */
  private ec2IsAsOf(): Seconds {
    const old = this.faultsOf("interfaces").flatMap((fault) => (fault.how === "old" ? fault.age : []));
    const { oldAnswers = 0, seed } = this.scenario;
    const isOld = chance(seed, "old", Math.floor(this.time / STEP)) < oldAnswers;
    return this.time - Math.max(0, ...old, isOld ? OLD : 0);
  }

  foreign(addresses: readonly string[]): Map<string, number> {
    this.awsCalls += 1;
    const asOf = this.ec2IsAsOf();
    const held = (this.scenario.strangers ?? []).filter((each) => during(each.during, asOf));
    const own = new Set(this.livesWith("interface", asOf).map(({ address }) => address));
    return new Map(
      held
        .filter(({ address }) => addresses.includes(address) && !own.has(address))
        .map(({ address, during: [from] }) => [address, from * 1000]),
    );
  }

  targets(group: number): Target[] {
    this.awsCalls += 1;
    if (this.has("targets", "fails")) this.fail("targets");
    const port = this.listenerPorts[group] ?? 0;
    return [...(this.groups[group] ?? [])].map(([address, { state }]) => ({ address, port, state }));
  }

  /** One answer of the authoritative servers. */
  authoritative(): string[] {
    this.dnsQueries += 1;
    if (this.has("dns", "fails")) this.fail("dns");
    const [old] = this.faultsOf("dns").flatMap((fault) => (fault.how === "old" ? fault.age : []));
    const all = this.livesWith("listed", this.time - (old ?? 0)).map(({ address }) => address);
    return this.part([...new Set(all)].sort());
  }

  private part(all: string[]): string[] {
    if (all.length === 0) this.met.add("dns");
    if (this.has("dns", "one address")) return all.slice(0, 1);
    if (all.length <= DNS_ANSWER_LIMIT || this.has("dns", "fixed subset")) return all.slice(0, DNS_ANSWER_LIMIT);
    const order = (address: string): number => chance(this.scenario.seed, "turn", this.dnsQueries, address);
    return [...all].sort((a, b) => order(a) - order(b)).slice(0, DNS_ANSWER_LIMIT);
  }

  private resolve(): { addresses: readonly string[]; age: number } {
    if (!this.scenario.cachedDns) return { addresses: this.heard(this.authoritative()), age: 0 };
    if (!this.cache || this.time - this.cache.at >= TIME_TO_LIVE) {
      this.cache = { at: this.time, addresses: this.authoritative() };
    } else this.dnsQueries += 1;
    return { addresses: this.heard(this.cache.addresses), age: (this.time - this.cache.at) * 1000 };
  }

  /** Keeps what an answer has denied, for the invariants. */
  private heard(addresses: readonly string[]): readonly string[] {
    for (const address of addresses) this.deniedSince.delete(address);
    for (const targets of this.groups) {
      for (const address of targets.keys()) {
        if (!addresses.includes(address) && !this.deniedSince.has(address)) this.deniedSince.set(address, this.time);
      }
    }
    return addresses;
  }

  register(group: number, addresses: readonly string[]): void {
    this.awsCalls += 1;
    if (this.has("register", "fails")) this.fail("register");
    for (const address of addresses) {
      const before = this.groups[group]?.get(address);
      if (before && before.state !== "draining") continue;
      this.registrations.push({ time: this.time, address });
      const checkPhase = Math.floor(chance(this.scenario.seed, "check", address, this.time) * 2) * STEP;
      this.groups[group]?.set(address, { state: "initial", against: 0, checkPhase, stopsAt: 0, drainedAt: 0 });
    }
  }

  deregister(group: number, addresses: readonly string[]): void {
    this.awsCalls += 1;
    if (this.has("deregister", "fails")) this.fail("deregister");
    const live = this.live();
    for (const address of addresses) {
      const target = this.groups[group]?.get(address);
      if (!target || target.state === "draining") continue;
      const wasLive = live.has(address) && target.state !== "unhealthy";
      this.removals.push({ time: this.time, group, address, wasLive });
      const late = chance(this.scenario.seed, "late", address, Math.floor(this.time / 60)) * LONGEST_DEREGISTRATION;
      target.stopsAt = target.state === "healthy" ? this.time + late : this.time;
      target.state = "draining";
      target.drainedAt = this.time + DRAIN;
    }
  }

  fail(source: Fault["source"]): never {
    this.met.add(source);
    throw new Error(`${source} failed`);
  }

  /** The world as the Lambda's own ports. */
  ports(targetGroupArns: readonly string[]): Ports {
    const changed =
      (change: (group: number, addresses: readonly string[]) => void) =>
      async (arn: string, targets: readonly Address[]): Promise<TargetResult> => {
        change(
          targetGroupArns.indexOf(arn),
          targets.map(({ address }) => address),
        );
        return { done: targets, failed: [] };
      };
    return {
      albAddresses: async () => this.interfaces(),
      foreignAddresses: async (addresses) => this.foreign(addresses),
      resolve: async () => this.resolve(),
      targets: async (arn) => this.targets(targetGroupArns.indexOf(arn)),
      register: changed((group, addresses) => this.register(group, addresses)),
      deregister: changed((group, addresses) => this.deregister(group, addresses)),
      readHistory: async () => {
        this.awsCalls += 1;
        if (this.has("readState", "fails")) this.fail("readState");
        return { history: this.item?.history ?? new Map(), revision: this.item && String(this.item.revision) };
      },
      writeHistory: async (history, revision) => {
        this.awsCalls += 1;
        if (this.has("writeState", "fails")) this.fail("writeState");
        if ((this.item && String(this.item.revision)) !== revision) throw new ConcurrentRunError("written");
        this.item = { history: new Map(Object.entries(stored(history))), revision: (this.item?.revision ?? 0) + 1 };
        return String(this.item.revision);
      },
      now: () => this.time * 1000,
    };
  }
}

/** One health check, if one is due; a failing one is noticed when it times out. */
function check(target: GroupTarget, answers: boolean, time: Seconds): void {
  const sinceCheck = (((time - target.checkPhase) % CHECK_INTERVAL) + CHECK_INTERVAL) % CHECK_INTERVAL;
  if (sinceCheck !== (answers ? 0 : CHECK_TIMEOUT % CHECK_INTERVAL)) return;
  const seen = answers ? "healthy" : "unhealthy";
  target.against = target.state === seen ? 0 : target.against + 1;
  if (target.against < THRESHOLD) return;
  target.state = seen;
  target.against = 0;
}
