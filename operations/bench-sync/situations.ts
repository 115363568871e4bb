import type { Event, History, Minute } from "./history";
import type { Faults } from "./world";

/** A history with a name. */
export interface Situation extends History {
  readonly name: string;
}

const MINUTES = 60;
/** Both algorithms have filled the target group by then. */
const START = 5;

/** An hour, in which the given minutes are not like the others. */
function hour(
  name: string,
  nodesAtStart: number,
  special: Readonly<Record<number, { events?: readonly Event[]; faults?: Faults }>>,
  always: Faults = {},
): Situation {
  const minutes = Array.from({ length: MINUTES }, (_, index): Minute => {
    const { events = [], faults = always } = special[index - START] ?? {};
    return { events, faults };
  });
  return { name, nodesAtStart, minutes };
}

const arrives = (node: number, dnsDelay = 0): Event => ({ kind: "arrives", node, dnsDelay });
const leaves = (node: number, dnsDelay = 0): Event => ({ kind: "leaves", node, dnsDelay });
const taken = (node: number): Event => ({ kind: "taken by another", node });
const during = (minutes: number, faults: Faults) =>
  Object.fromEntries(Array.from({ length: minutes }, (_, minute) => [minute, { faults }]));

/** What is known to go wrong with the reference, each for an hour. */
export const SITUATIONS: readonly Situation[] = [
  hour("nothing happens, 3 nodes", 3, {}),
  hour("nothing happens, exactly 8 nodes", 8, {}),
  hour("a node is replaced, DNS following", 3, { 0: { events: [arrives(3, 1), leaves(0, -2)] } }),
  hour("a node goes for good", 4, { 0: { events: [leaves(0)] } }),
  hour("a node goes for 3 runs and returns", 4, { 0: { events: [leaves(0)] }, 3: { events: [arrives(0)] } }),
  hour("8 nodes go at once, one replaces them", 8, {
    0: { events: [arrives(8), ...Array.from({ length: 8 }, (_, node) => leaves(node))] },
  }),
  hour("name servers down for 10 minutes, a node replaced", 3, {
    ...during(10, { dns: "fails" }),
    2: { events: [arrives(3), leaves(0)], faults: { dns: "fails" } },
  }),
  hour("resolver shows 1 of 6 nodes for 3 runs", 6, during(3, { dns: "one address" })),
  hour(
    "state unreadable, a node replaced",
    3,
    { 0: { events: [arrives(3), leaves(0)], faults: { readState: "fails" } } },
    { readState: "fails" },
  ),
  hour("address of a gone node taken by another, DNS late", 4, {
    0: { events: [leaves(0, 2)] },
    1: { events: [taken(0)] },
  }),
  hour("interfaces unreadable for 10 minutes, a node replaced", 3, {
    ...during(10, { interfaces: "fails" }),
    2: { events: [arrives(3), leaves(0)], faults: { interfaces: "fails" } },
  }),
];
