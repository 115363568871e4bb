import { Dice } from "./chance";
import {
  ALWAYS,
  type Fault,
  HOUR,
  type Life,
  life,
  MINUTE,
  type Scenario,
  type Seconds,
  type Stranger,
} from "./scenario";

/** How interface, DNS entry and service of a node stand to each other. */
export interface Timing {
  /** The interface exists so much before the service. */
  readonly interfaceEarly?: Seconds;
  /** EC2 shows a new interface so late. */
  readonly shownLate?: Seconds;
  /** The interface stays so long after DNS has withdrawn the node. */
  readonly interfaceStays?: Seconds;
  /** Until then the node serves; otherwise it is dead at the withdrawal. */
  readonly drains?: boolean;
  readonly oldAnswers?: number;
  readonly cachedDns?: boolean;
  /** Nodes at the beginning. @default 2 to 6 */
  readonly nodes?: readonly [number, number];
}

/** One minute early, three minutes late and so on: nobody outside AWS knows in which of these an ALB lives. */
export const TIMINGS: Readonly<Record<string, Timing>> = {
  "interface, DNS and service at once": {},
  "interface 1 min early": { interfaceEarly: MINUTE },
  "interface 2 min early": { interfaceEarly: 2 * MINUTE },
  "interface 3 min early": { interfaceEarly: 3 * MINUTE },
  "EC2 shows new nodes 1 min late": { shownLate: MINUTE },
  "EC2 shows new nodes 2 min late": { shownLate: 2 * MINUTE },
  "node dead, interface stays 2 min": { interfaceStays: 2 * MINUTE },
  "node dead, interface stays 3 min": { interfaceStays: 3 * MINUTE },
  "node dead, interface stays 5 min": { interfaceStays: 5 * MINUTE },
  "node drains, interface stays 3 min": { interfaceStays: 3 * MINUTE, drains: true },
  "node drains, interface stays 5 min": { interfaceStays: 5 * MINUTE, drains: true },
  "20 % of EC2's answers 3 min old": { oldAnswers: 0.2 },
  "10 to 14 nodes, at once": { nodes: [10, 14] },
  "10 to 14 nodes drain, interface stays 5 min": { nodes: [10, 14], interfaceStays: 5 * MINUTE, drains: true },
};

const arrival = (node: number, at: Seconds, { interfaceEarly = 0, shownLate = 0 }: Timing): Life =>
  life(node, { service: [at, ALWAYS], interface: [at - interfaceEarly, ALWAYS], listed: [at, ALWAYS], shownLate });

const departure = (before: Life, at: Seconds, { drains = false, interfaceStays = 0 }: Timing): Life => ({
  ...before,
  service: [before.service[0], at + (drains ? interfaceStays : 0)],
  interface: [before.interface[0], at + interfaceStays],
  listed: [before.listed[0], at],
});

/** Hours in which, twice, a node comes and another goes. */
export function timingHours(timing: Timing, count: number): Scenario[] {
  return Array.from({ length: count }, (_, hour) => {
    const dice = new Dice(hour + 1);
    const nodes = dice.integer(...(timing.nodes ?? [2, 6]));
    const lives = Array.from({ length: nodes }, (__, node) => life(node));
    for (const [turn, start] of [5 * MINUTE, 33 * MINUTE].entries()) {
      const at = start + dice.integer(0, 120) * 10;
      lives.push(arrival(nodes + turn, at, timing));
      const leaves = at + dice.integer(0, 18) * 10;
      lives[turn] = departure(lives[turn] ?? life(turn), leaves, timing);
    }
    const { cachedDns, oldAnswers } = timing;
    return {
      seed: hour + 1,
      length: HOUR,
      lives,
      ...(cachedDns && { cachedDns }),
      ...(oldAnswers && { oldAnswers }),
    };
  });
}

const failing = (source: Fault["source"]): Fault => ({ source, how: "fails" }) as Fault;

/** A random hour: two to six incidents of the ALB and around it, in a world with a timing of its own. */
export class RandomHour {
  private readonly dice: Dice;
  private readonly timing: Timing;
  private readonly lives: Life[] = [];
  private readonly strangers: Stranger[] = [];
  private readonly faults: { during: [Seconds, Seconds]; fault: Fault }[] = [];

  constructor(
    private readonly seed: number,
    /** Time at the end in which nothing begins. */
    quiet: Seconds = 10 * MINUTE,
  ) {
    this.dice = new Dice(seed);
    this.timing = this.dice.one(Object.values(TIMINGS));
    const nodes = this.dice.integer(...(this.timing.nodes ?? [2, 8]));
    for (let node = 0; node < nodes; node++) this.lives.push(life(node));
    const incidents = this.dice.integer(2, 6);
    const starts = Array.from({ length: incidents }, () => this.dice.integer(0, (HOUR - quiet - 12 * MINUTE) / 5) * 5);
    for (const start of starts.sort((a, b) => a - b)) this.incident(start);
  }

  get scenario(): Scenario {
    const { faults, lives, seed, strangers, timing } = this;
    const { oldAnswers } = timing;
    return { seed, length: HOUR, lives, strangers, faults, ...(oldAnswers && { oldAnswers }) };
  }

  private incident(at: Seconds): void {
    const { dice } = this;
    const kinds: readonly (readonly [number, () => void])[] = [
      [4, () => this.arrive(at, dice.integer(1, 3))],
      [4, () => this.leave(at, dice.integer(1, 2))],
      [4, () => this.replace(at, 1)],
      [1, () => this.replace(at, this.staying(at).length)],
      [1, () => this.shiftZone(at)],
      [1, () => this.comeBack(at)],
      [2, () => this.takeAddress(at)],
      [1, () => this.fail(at, failing("dns"))],
      [1, () => this.fail(at, { source: "dns", how: "one address" })],
      [1, () => this.fail(at, { source: "dns", how: "fixed subset" })],
      [1, () => this.fail(at, { source: "dns", how: "old", age: 60 })],
      [1, () => this.fail(at, failing("interfaces"))],
      [1, () => this.fail(at, failing("interfaces"), 12 * MINUTE)],
      [1, () => this.fail(at, { source: "interfaces", how: "old", age: dice.integer(1, 3) * MINUTE })],
      [1, () => this.fail(at, { source: "interfaces", how: "omits", addresses: this.half(at) })],
      [1, () => this.fail(at, failing("targets"))],
      [
        1,
        () => {
          this.fail(at, failing("register"));
          this.fail(at, failing("deregister"));
        },
      ],
      [
        1,
        () => {
          this.fail(at, failing("readState"));
          this.fail(at, failing("writeState"));
        },
      ],
      [1, () => this.fail(at, { source: "run", how: "missing" })],
      [1, () => this.fail(at, { source: "run", how: "new environment" })],
    ];
    let left = dice.next() * kinds.reduce((total, [weight]) => total + weight, 0);
    for (const [weight, happen] of kinds) {
      left -= weight;
      if (left < 0) {
        happen();
        return;
      }
    }
  }

  /** Positions of nodes that are there and have no end yet; one that returns stays. */
  private staying(at: Seconds): number[] {
    return [...this.lives.keys()].filter((index) => {
      const each = this.lives[index];
      const isOnce = this.lives.filter(({ address }) => address === each?.address).length === 1;
      return isOnce && each !== undefined && each.service[0] <= at && each.listed[1] === ALWAYS;
    });
  }
  private half(at: Seconds): string[] {
    const there = this.staying(at);
    return this.dice.some(there, Math.ceil(there.length / 2)).map((index) => this.lives[index]?.address ?? "");
  }
  private arrive(at: Seconds, count: number): void {
    for (let index = 0; index < count; index++) this.lives.push(arrival(this.lives.length, at, this.timing));
  }
  /** An ALB always keeps a node. */
  private leave(at: Seconds, count: number): Life[] {
    const there = this.staying(at);
    return this.dice.some(there, Math.min(count, there.length - 1)).flatMap((index) => {
      const before = this.lives[index];
      if (!before) return [];
      const after = departure(before, at, this.timing);
      this.lives[index] = after;
      return after;
    });
  }
  private replace(at: Seconds, count: number): void {
    const there = this.staying(at);
    this.arrive(at, count);
    for (const index of this.dice.some(there, count)) {
      this.lives[index] = departure(this.lives[index] ?? life(index), at + 30, this.timing);
    }
  }
  /** DNS does not list some nodes for a while: zonal shift or DNS failover. They go on serving. */
  private shiftZone(at: Seconds): void {
    const there = this.staying(at);
    const back = at + this.dice.integer(3, 10) * MINUTE;
    for (const index of this.dice.some(there, Math.floor(there.length / 3))) {
      const before = this.lives[index] ?? life(index);
      this.lives[index] = { ...before, listed: [before.listed[0], at] };
      this.lives.push({ ...before, listed: [back, ALWAYS], interface: [ALWAYS, ALWAYS], service: before.service });
    }
  }
  /** The same address again, after a while. */
  private comeBack(at: Seconds): void {
    for (const gone of this.leave(at, 1)) {
      const again = Math.max(gone.interface[1], gone.service[1]) + this.dice.integer(1, 8) * MINUTE;
      this.lives.push({ ...arrival(0, again, { ...this.timing, interfaceEarly: 0 }), address: gone.address });
    }
  }
  private takeAddress(at: Seconds): void {
    for (const gone of this.leave(at, 1)) {
      const from = gone.interface[1] + this.dice.integer(0, 8) * 15;
      this.strangers.push({ address: gone.address, during: [from, from + this.dice.integer(2, 20) * MINUTE] });
    }
  }
  private fail(at: Seconds, fault: Fault, time = this.dice.integer(1, 5) * MINUTE): void {
    this.faults.push({ during: [at, at + time], fault });
  }
}

export const randomHours = (count: number, firstSeed = 1): Scenario[] =>
  Array.from({ length: count }, (_, index) => new RandomHour(firstSeed + index).scenario);
