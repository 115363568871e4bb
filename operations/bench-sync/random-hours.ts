import fc from "fast-check";
import type { Event, History, Minute } from "./history";
import type { Faults } from "./world";

const MINUTES = 60;
const NODES = 12;

/** What happens or fails in one minute of an incident, counted from its beginning. */
interface Part {
  readonly offset: number;
  readonly events?: readonly Event[];
  readonly faults?: Faults;
  readonly skipped?: boolean;
}

const node = fc.nat(NODES - 1);
const someNodes = fc.uniqueArray(node, { minLength: 1, maxLength: 3 });
const outage = fc.integer({ min: 1, max: 5 });
/** DNS lists a new node with its interface or up to two minutes later. */
const comes = fc.nat(2);
/** An ALB takes a node out of DNS before its interface goes, here by up to three minutes; a cache may be a minute late. */
const goes = fc.oneof(
  { weight: 7, arbitrary: fc.integer({ min: -3, max: 0 }) },
  { weight: 1, arbitrary: fc.constant(1) },
);

const arrival = (which: number, dnsDelay: number): Event => ({ kind: "arrives", node: which, dnsDelay });
const departure = (which: number, dnsDelay: number): Event => ({ kind: "leaves", node: which, dnsDelay });
const failing = (faults: Faults) =>
  outage.map((minutes): Part[] => Array.from({ length: minutes }, (_, offset) => ({ offset, faults })));

/** Kinds of incidents and how often they happen against each other: what an ALB does, then what breaks around it. */
const incident = fc.oneof<fc.WeightedArbitrary<Part[]>[]>(
  {
    weight: 3,
    arbitrary: fc
      .tuple(someNodes, comes)
      .map(([nodes, delay]) => [{ offset: 0, events: nodes.map((which) => arrival(which, delay)) }]),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(someNodes, goes)
      .map(([nodes, delay]) => [{ offset: 0, events: nodes.map((which) => departure(which, delay)) }]),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(node, node, comes, goes)
      .map(([added, removed, late, early]) => [
        { offset: 0, events: [arrival(added, late), departure(removed, early)] },
      ]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(node, goes).map(([added, delay]) => [
      {
        offset: 0,
        events: [arrival(added, 0), ...Array.from({ length: NODES }, (_, which) => departure(which, delay))],
      },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(node, fc.integer({ min: 1, max: 8 })).map(([which, offset]) => [
      { offset: 0, events: [departure(which, 0)] },
      { offset, events: [arrival(which, 0)] },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(node, goes, fc.nat(5)).map(([which, delay, offset]) => [
      { offset: 0, events: [departure(which, delay)] },
      { offset: Math.max(0, -delay) + offset, events: [{ kind: "taken by another" as const, node: which }] },
    ]),
  },
  { weight: 1, arbitrary: failing({ dns: "fails" }) },
  { weight: 1, arbitrary: failing({ dns: "one address" }) },
  { weight: 1, arbitrary: failing({ interfaces: "fails" }) },
  { weight: 1, arbitrary: failing({ readState: "fails", writeState: "fails" }) },
  { weight: 1, arbitrary: failing({ register: "fails", deregister: "fails" }) },
  { weight: 1, arbitrary: fc.constant([{ offset: 0, skipped: true }]) },
);

/** Hours with two to six incidents that may overlap. */
export const randomHours: fc.Arbitrary<History> = fc
  .record({
    nodesAtStart: fc.integer({ min: 2, max: NODES }),
    incidents: fc.array(fc.tuple(fc.nat(MINUTES - 10), incident), { minLength: 2, maxLength: 6 }),
  })
  .map(({ nodesAtStart, incidents }) => {
    const parts = incidents.flatMap(([start, found]) =>
      found.map((part) => ({ ...part, minute: start + part.offset })),
    );
    const minutes = Array.from({ length: MINUTES }, (_, index): Minute => {
      const here = parts.filter(({ minute }) => minute === index);
      return {
        events: here.flatMap(({ events = [] }) => events),
        faults: Object.assign({}, ...here.map(({ faults }) => faults)),
        skipped: here.some(({ skipped }) => skipped),
      };
    });
    return { nodesAtStart, minutes };
  });
