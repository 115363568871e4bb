import fc from "fast-check";
import type { Faults, World } from "./world";

/** Something that happens to the ALB. Addresses are numbers: see {@link addressOf}. */
export type Event =
  /** A node comes; DNS lists it `dnsDelay` minutes later. */
  | { readonly kind: "arrives"; readonly node: number; readonly dnsDelay: number }
  /** A node's interface goes; DNS forgets it `dnsDelay` minutes later, or earlier where that is negative. */
  | { readonly kind: "leaves"; readonly node: number; readonly dnsDelay: number }
  /** Another interface takes an address that no node has. */
  | { readonly kind: "taken by another"; readonly node: number }
  | { readonly kind: "given up by another"; readonly node: number };

/** One minute: what happens, then one run. */
export interface Minute {
  readonly events: readonly Event[];
  readonly faults: Faults;
  /** The execution environment of the function is new: what it remembered is gone. */
  readonly restart?: boolean | undefined;
  /** A second run right after the first: a retry, or a person. */
  readonly again?: boolean | undefined;
  /** No run happens. */
  readonly skipped?: boolean | undefined;
}

export interface History {
  readonly nodesAtStart: number;
  readonly minutes: readonly Minute[];
}

export const addressOf = (node: number): string => `10.0.${Math.floor(node / 200)}.${(node % 200) + 10}`;

interface Later {
  readonly minute: number;
  readonly apply: (world: World) => void;
}

/** Plays a history's events into a world. Events that make no sense there (a node that leaves twice) do nothing. */
export class Player {
  private later: Later[] = [];
  private readonly leaving = new Set<string>();

  constructor(
    private readonly world: World,
    nodesAtStart: number,
  ) {
    for (let node = 0; node < nodesAtStart; node++) {
      world.interfaces.add(addressOf(node));
      world.listed.add(addressOf(node));
    }
  }

  /** Whether something still has to happen because of earlier events. */
  get isSettled(): boolean {
    return this.later.length === 0;
  }

  apply(events: readonly Event[]): void {
    const { minute } = this.world;
    for (const { apply } of this.later.filter((item) => item.minute <= minute)) apply(this.world);
    this.later = this.later.filter((item) => item.minute > minute);
    for (const event of events) this.applyOne(event);
  }

  private applyOne(event: Event): void {
    const { world } = this;
    const address = addressOf(event.node);
    const at = (delay: number, apply: Later["apply"]): void => {
      if (delay <= 0) apply(world);
      else this.later.push({ minute: world.minute + delay, apply });
    };
    switch (event.kind) {
      case "arrives":
        if (world.interfaces.has(address) || world.strangers.has(address)) return;
        this.leaving.delete(address);
        world.interfaces.add(address);
        at(event.dnsDelay, (then) => {
          if (then.interfaces.has(address) && !this.leaving.has(address)) then.listed.add(address);
        });
        return;
      case "leaves": {
        const staying = world.interfaces.size - this.leaving.size;
        // An ALB always keeps a node.
        if (!world.interfaces.has(address) || this.leaving.has(address) || staying === 1) return;
        this.leaving.add(address);
        if (event.dnsDelay < 0) world.listed.delete(address);
        at(-event.dnsDelay, (then) => {
          then.interfaces.delete(address);
          this.leaving.delete(address);
        });
        if (event.dnsDelay >= 0) {
          at(event.dnsDelay, (then) => {
            if (!then.interfaces.has(address)) then.listed.delete(address);
          });
        }
        return;
      }
      case "taken by another":
        if (!world.interfaces.has(address)) world.strangers.add(address);
        return;
      case "given up by another":
        world.strangers.delete(address);
        return;
    }
  }
}

const NODES = 14;

const event = (): fc.Arbitrary<Event> => {
  const node = fc.nat(NODES - 1);
  const dnsDelay = fc.integer({ min: -2, max: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("arrives" as const), node, dnsDelay: fc.nat(2) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("leaves" as const), node, dnsDelay }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("taken by another" as const), node }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("given up by another" as const), node }) },
  );
};

const rarely = <T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Mostly none; else each kind of fault now and then, several at once included. */
const faults = (groups: number): fc.Arbitrary<Faults> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({
        interfaces: rarely(5, fc.constantFrom("fails", "empty")),
        dns: rarely(4, fc.constantFrom("fails", "empty", "one address")),
        unreadableGroups: rarely(5, fc.subarray([...Array(groups).keys()])),
        register: rarely(5, fc.constantFrom("fails", "rejects one")),
        deregister: rarely(5, fc.constantFrom("fails", "rejects one")),
        readState: rarely(5, fc.constantFrom("fails", "corrupt")),
        writeState: rarely(5, fc.constantFrom("fails", "another run was faster")),
      }),
    },
  );

const now = fc.constant(true);

/**
 * Restless histories: changes of any size in half of the minutes, faults in any combination, restarts, runs too many
 * and runs missing. For checks.
 */
export const histories = ({ groups, minutes }: { groups: number; minutes: number }): fc.Arbitrary<History> =>
  fc.record({
    nodesAtStart: fc.integer({ min: 1, max: NODES }),
    minutes: fc.array(
      fc.record({
        events: fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          { weight: 2, arbitrary: fc.array(event(), { maxLength: 3 }) },
          { weight: 1, arbitrary: fc.array(event(), { maxLength: NODES }) },
        ),
        faults: faults(groups),
        restart: rarely(8, now),
        again: rarely(8, now),
        skipped: rarely(12, now),
      }),
      { minLength: 1, maxLength: minutes, size: "max" },
    ),
  });
