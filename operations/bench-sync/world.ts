import type { Target } from "../../lambda/alb-ip-sync/decide";
import {
  type Address,
  ConcurrentRunError,
  type Ports,
  type StoredCounters,
  type TargetResult,
  UnreadableCountersError,
} from "../../lambda/alb-ip-sync/ports";

/** Minutes that a deregistered target drains: AWS's default deregistration delay. */
export const DRAIN_MINUTES = 5;
/** Addresses in one DNS answer of a load balancer. */
const DNS_ANSWER_LIMIT = 8;

/** What goes wrong in one run. Absent: nothing. */
export interface Faults {
  readonly interfaces?: "fails" | "empty";
  readonly dns?: "fails" | "empty" | "one address";
  /** Target groups, by position, that cannot be read. */
  readonly unreadableGroups?: readonly number[];
  readonly register?: "fails" | "rejects one";
  readonly deregister?: "fails" | "rejects one";
  readonly readState?: "fails" | "corrupt";
  readonly writeState?: "fails" | "another run was faster";
}

interface GroupTarget {
  state: "initial" | "healthy" | "unhealthy" | "draining";
  /** Minute in which the state began. */
  since: number;
}

/** A call that changed targets, with what was true at that moment. */
export interface Change {
  readonly action: "register" | "deregister";
  readonly group: number;
  readonly address: string;
  readonly hadInterface: boolean;
  readonly wasLive: boolean;
  readonly wasHealthy: boolean;
}

/**
 * An ALB, its DNS name and NLB target groups, in steps of one minute. A node is live while it has an interface and DNS
 * lists it: before, it is starting; after, it is leaving or gone.
 */
export class World {
  minute = 0;
  readonly interfaces = new Set<string>();
  readonly listed = new Set<string>();
  /** Addresses that interfaces of others have. They answer health checks, which is what makes them dangerous. */
  readonly strangers = new Set<string>();
  readonly groups: readonly Map<string, GroupTarget>[];
  readonly changes: Change[] = [];
  faults: Faults = {};
  awsCalls = 0;
  dnsQueries = 0;
  /** What DNS has answered since the last `forgetAnswers`. */
  private answers: string[][] = [];
  private stored: { counters: StoredCounters["counters"]; revision: number } | undefined;
  private dnsRotation = 0;

  constructor(
    private readonly listenerPorts: readonly number[],
    /** Whether the sources had faults that the run met. */
    readonly met: Set<keyof Faults> = new Set(),
  ) {
    this.groups = listenerPorts.map(() => new Map());
  }

  isLive(address: string): boolean {
    return this.interfaces.has(address) && this.listed.has(address);
  }

  private isHealthyAddress(address: string): boolean {
    return this.interfaces.has(address) || this.strangers.has(address);
  }

  /** Lets one minute pass: health checks see what answers, drains end. */
  nextMinute(): void {
    this.minute += 1;
    for (const targets of this.groups) {
      for (const [address, target] of targets) {
        if (target.state === "draining") {
          if (this.minute - target.since >= DRAIN_MINUTES) targets.delete(address);
          continue;
        }
        const state = this.isHealthyAddress(address) ? "healthy" : "unhealthy";
        if (target.state !== state) targets.set(address, { state, since: this.minute });
      }
    }
  }

  /** Live nodes that are no target, in all groups. */
  missing(): number {
    return this.countTargets(
      [...this.interfaces].filter((address) => this.isLive(address)),
      (target) => !isServing(target),
    );
  }

  /** Targets that are no node of the ALB. */
  wrong(): number {
    return this.groups.flatMap((targets) => [...targets]).filter((item) => this.isWrong(...item)).length;
  }

  private isWrong(address: string, target: GroupTarget): boolean {
    return isServing(target) && !this.interfaces.has(address);
  }

  /**
   * Targets that are no node of the ALB and get traffic: those that no health check has found out yet, those where
   * somebody else answers, and all of them where no target is healthy.
   */
  misled(): number {
    return this.groups
      .map((targets) => {
        const failsOpen = ![...targets.values()].some(({ state }) => state === "healthy");
        return [...targets].filter(
          ([address, target]) => this.isWrong(address, target) && (failsOpen || target.state !== "unhealthy"),
        ).length;
      })
      .reduce((sum, count) => sum + count, 0);
  }

  /** Targets, draining ones included, whose address somebody else has. */
  strangersServed(): number {
    return this.countTargets([...this.strangers], (target) => target !== undefined);
  }

  /** Addresses that are a target of some group. */
  targetAddresses(): Set<string> {
    return new Set(this.groups.flatMap((targets) => [...targets.keys()]));
  }

  private countTargets(addresses: readonly string[], test: (target: GroupTarget | undefined) => boolean): number {
    return this.groups.flatMap((targets) => addresses.filter((address) => test(targets.get(address)))).length;
  }

  // What both algorithms can ask.

  targets(group: number): Target[] {
    this.awsCalls += 1;
    if (this.faults.unreadableGroups?.includes(group)) this.fail("unreadableGroups", "ThrottlingException");
    const port = this.listenerPorts[group] ?? 0;
    return [...(this.groups[group] ?? [])].map(([address, { state }]) => ({ address, port, state }));
  }

  forgetAnswers(): void {
    this.answers = [];
  }

  dnsConfirmed(address: string): boolean {
    return this.answers.some((answer) => answer.includes(address));
  }

  /** Whether DNS has shown that an address is not listed, as far as its answers can show it. */
  dnsDenied(address: string): boolean {
    const seen = new Set(this.answers.flat());
    const live = [...this.interfaces];
    const isWhole =
      this.answers.some((answer) => answer.length < DNS_ANSWER_LIMIT) || live.every((own) => seen.has(own));
    return isWhole && live.some((own) => seen.has(own)) && !seen.has(address);
  }

  /** One answer: at most 8 of the listed addresses, other ones each time. */
  resolve(): string[] {
    const answer = this.answer();
    this.answers.push(answer);
    return answer;
  }

  private answer(): string[] {
    this.dnsQueries += 1;
    if (this.faults.dns === "fails") this.fail("dns", "ETIMEOUT");
    const all = this.faults.dns === "empty" ? [] : [...this.listed].sort();
    if (all.length === 0) this.met.add("dns");
    const limit = this.faults.dns === "one address" ? 1 : DNS_ANSWER_LIMIT;
    if (all.length <= limit) return all;
    if (this.faults.dns !== "one address") this.dnsRotation += 3;
    const start = this.dnsRotation % all.length;
    return [...all.slice(start), ...all.slice(0, start)].slice(0, limit);
  }

  change(action: Change["action"], group: number, addresses: readonly string[]): { rejected: string[] } {
    this.awsCalls += 1;
    if (this.faults[action] === "fails") this.fail(action, "ServiceUnavailable");
    const rejected = this.faults[action] === "rejects one" ? addresses.slice(0, 1) : [];
    if (rejected.length > 0) {
      this.met.add(action);
      // The batch fails, then each target is tried on its own.
      if (addresses.length > 1) this.awsCalls += addresses.length;
    }
    const targets = this.groups[group];
    for (const address of addresses) {
      if (rejected.includes(address) || !targets) continue;
      const before = targets.get(address);
      this.changes.push({
        action,
        group,
        address,
        hadInterface: this.interfaces.has(address),
        wasLive: this.isLive(address) && before !== undefined && before.state !== "draining",
        wasHealthy: before?.state === "healthy",
      });
      if (action === "register") {
        if (!isServing(before)) targets.set(address, { state: "initial", since: this.minute });
      } else if (before && before.state !== "draining") {
        targets.set(address, { state: "draining", since: this.minute });
      }
    }
    return { rejected: [...rejected] };
  }

  fail(fault: keyof Faults, message: string): never {
    this.met.add(fault);
    throw new Error(message);
  }

  /** The world as the Lambda's own ports. */
  ports(targetGroupArns: readonly string[]): Ports {
    const groupOf = (arn: string) => targetGroupArns.indexOf(arn);
    const change = async (
      action: Change["action"],
      arn: string,
      targets: readonly Address[],
    ): Promise<TargetResult> => {
      const { rejected } = this.change(
        action,
        groupOf(arn),
        targets.map(({ address }) => address),
      );
      return {
        done: targets.filter(({ address }) => !rejected.includes(address)),
        failed: targets
          .filter(({ address }) => rejected.includes(address))
          .map((target) => ({ ...target, error: "InvalidTarget" })),
      };
    };
    return {
      albAddresses: async () => {
        this.awsCalls += 1;
        if (this.faults.interfaces === "fails") this.fail("interfaces", "RequestLimitExceeded");
        if (this.faults.interfaces === "empty") {
          this.met.add("interfaces");
          return [];
        }
        return [...this.interfaces];
      },
      foreignAddresses: async (addresses) => {
        this.awsCalls += 1;
        return addresses.filter((address) => this.strangers.has(address));
      },
      resolve: async () => this.resolve(),
      targets: async (arn) => this.targets(groupOf(arn)),
      register: (arn, targets) => change("register", arn, targets),
      deregister: (arn, targets) => change("deregister", arn, targets),
      readCounters: async () => {
        this.awsCalls += 1;
        if (this.faults.readState === "fails") this.fail("readState", "InternalServerError");
        if (this.faults.readState === "corrupt") {
          this.met.add("readState");
          throw new UnreadableCountersError("corrupt", this.stored && String(this.stored.revision));
        }
        return { counters: this.stored?.counters ?? new Map(), revision: this.stored && String(this.stored.revision) };
      },
      writeCounters: async (counters, revision) => {
        this.awsCalls += 1;
        if (this.faults.writeState === "fails") this.fail("writeState", "InternalServerError");
        const current = this.stored && String(this.stored.revision);
        if (this.faults.writeState !== undefined || current !== revision) throw new ConcurrentRunError("written");
        this.stored = { counters, revision: (this.stored?.revision ?? 0) + 1 };
      },
      now: () => this.minute * 60_000,
    };
  }
}

const isServing = (target: GroupTarget | undefined): boolean => target !== undefined && target.state !== "draining";
