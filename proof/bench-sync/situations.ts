import { ALWAYS, addressOf, type Fault, HOUR, type Life, life, MINUTE, type Scenario, type Seconds } from "./scenario";

type Situation = Scenario & { readonly name: string };

const AT: Seconds = 5 * MINUTE;
const FOREVER = Number.NEGATIVE_INFINITY;

const hour = (name: string, nodes: number | readonly Life[], more: Partial<Scenario> = {}): Situation => ({
  name,
  seed: 7,
  length: HOUR,
  lives: typeof nodes === "number" ? Array.from({ length: nodes }, (_, node) => life(node)) : nodes,
  ...more,
});

/** Nodes; those named go at a time, dead at once. */
const withDepartures = (nodes: number, leave: readonly number[], at: Seconds = AT): Life[] =>
  Array.from({ length: nodes }, (_, node) =>
    leave.includes(node)
      ? life(node, { service: [FOREVER, at], interface: [FOREVER, at], listed: [FOREVER, at] })
      : life(node),
  );
const arriving = (node: number, at: Seconds = AT): Life =>
  life(node, { service: [at, ALWAYS], interface: [at, ALWAYS], listed: [at, ALWAYS] });
const during = (minutes: number, fault: Fault, from: Seconds = AT) => [
  { during: [from, from + minutes * MINUTE] as const, fault },
];
const addresses = (...nodes: readonly number[]): string[] => nodes.map(addressOf);
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** What an ALB does, and what is known to mislead a function that follows it. Each for an hour. */
export const SITUATIONS: readonly Situation[] = [
  hour("nothing happens, 3 nodes", 3),
  hour("nothing happens, exactly 8 nodes", 8),
  hour("nothing happens, 12 nodes", 12),
  hour("a node is replaced", [...withDepartures(3, [0]), arriving(3)]),
  hour("a node goes for 3 minutes and returns", [
    ...withDepartures(4, [0]),
    { ...arriving(0, AT + 3 * MINUTE), address: addressOf(0) },
  ]),
  hour("all 8 nodes replaced at once", [
    ...withDepartures(8, numbers(0, 8), AT + 30),
    ...numbers(8, 16).map((node) => arriving(node)),
  ]),
  hour("8 nodes go at once, one replaces them", [...withDepartures(8, numbers(0, 8)), arriving(8)]),
  hour("a zone of 3 leaves DNS for 20 minutes (zonal shift, DNS failover)", [
    ...numbers(0, 4).map((node) => life(node)),
    ...numbers(4, 6).flatMap((node) => [
      life(node, { listed: [FOREVER, AT] }),
      life(node, { listed: [AT + 20 * MINUTE, ALWAYS], interface: [ALWAYS, ALWAYS] }),
    ]),
  ]),
  hour("a node drains, its interface stays 5 minutes (scale-in)", [
    ...numbers(1, 4).map((node) => life(node)),
    life(0, { listed: [FOREVER, AT], service: [FOREVER, AT + 300], interface: [FOREVER, AT + 300] }),
  ]),
  hour(
    "name servers down for 10 minutes, a node replaced",
    [...withDepartures(3, [0], AT + 2 * MINUTE), arriving(3, AT + 2 * MINUTE)],
    { faults: during(10, { source: "dns", how: "fails" }) },
  ),
  hour(
    "EC2 unreadable for 10 minutes, a node replaced",
    [...withDepartures(3, [0], AT + 2 * MINUTE), arriving(3, AT + 2 * MINUTE)],
    { faults: during(10, { source: "interfaces", how: "fails" }) },
  ),
  hour("DNS shows 1 of 6 nodes for 3 minutes", 6, { faults: during(3, { source: "dns", how: "one address" }) }),
  hour("EC2 leaves out 4 of 8 for a minute, DNS fails", 8, {
    faults: [
      ...during(1, { source: "interfaces", how: "omits", addresses: addresses(0, 1, 2, 3) }),
      ...during(1, { source: "dns", how: "fails" }),
    ],
  }),
  hour("12 nodes, DNS shows the same 8, EC2 leaves out the other 4 for 3 minutes", 12, {
    faults: [
      ...during(3, { source: "interfaces", how: "omits", addresses: addresses(8, 9, 10, 11) }),
      ...during(3, { source: "dns", how: "fixed subset" }),
    ],
  }),
  hour(
    "EC2 and DNS one minute old while all nodes are replaced",
    [...withDepartures(4, [0, 1, 2, 3], AT + 90), ...numbers(4, 8).map((node) => arriving(node))],
    {
      faults: [
        ...during(3, { source: "interfaces", how: "old", age: MINUTE }, AT + MINUTE),
        ...during(3, { source: "dns", how: "old", age: MINUTE }, AT + MINUTE),
      ],
    },
  ),
  hour("EC2 unreadable for 15 minutes, somebody takes a node's address", withDepartures(4, [0]), {
    strangers: [{ address: addressOf(0), during: [AT + 30, ALWAYS] }],
    faults: during(15, { source: "interfaces", how: "fails" }),
  }),
  hour("somebody takes a node's address at once", withDepartures(4, [0]), {
    strangers: [{ address: addressOf(0), during: [AT + 5, ALWAYS] }],
  }),
  hour("state unreadable, a node replaced", [...withDepartures(3, [0]), arriving(3)], {
    faults: during(60, { source: "readState", how: "fails" }, 0),
  }),
];
