import { OURS, OURS_WITHOUT_WATCH } from "../../../proof/bench-sync/competitors";
import { play, type Score } from "../../../proof/bench-sync/play";
import {
  ALWAYS,
  addressOf,
  type Fault,
  HOUR,
  type Life,
  life,
  MINUTE,
  type Scenario,
} from "../../../proof/bench-sync/scenario";
import { thorough } from "../../lane";

const START = Number.NEGATIVE_INFINITY;
const T = 10 * MINUTE;
const nodes = (from: number, to: number, changes: Parameters<typeof life>[1] = {}): Life[] =>
  Array.from({ length: to - from }, (_, index) => life(from + index, changes));
const ended = (at: number, interfaceStays = 0): Parameters<typeof life>[1] => ({
  service: [START, at],
  listed: [START, at],
  interface: [START, at + interfaceStays],
});
const begun = (at: number, shownLate = 0): Parameters<typeof life>[1] => ({
  service: [at, ALWAYS],
  listed: [at, ALWAYS],
  interface: [at, ALWAYS],
  shownLate,
});
const addresses = (from: number, to: number) => nodes(from, to).map(({ address }) => address);
const lasting = (minutes: number, ...faults: Fault[]) =>
  faults.map((fault) => ({ during: [T, T + minutes * MINUTE] as const, fault }));
const dnsFails: Fault = { source: "dns", how: "fails" };
const fixedSubset: Fault = { source: "dns", how: "fixed subset" };
const ec2Fails: Fault = { source: "interfaces", how: "fails" };
const omits = (from: number, to: number): Fault => ({
  source: "interfaces",
  how: "omits",
  addresses: addresses(from, to),
});
const old = (source: "interfaces" | "dns", age: number): Fault => ({ source, how: "old", age });

/** Phases that runs may have towards what happens, with the watch and without: in `npm test` two of them. */
const PHASES = thorough ? [1, 2, 3, 4, 5, 6] : [1, 4];

async function inEveryPhase(scenario: Omit<Scenario, "seed" | "length">, check: (score: Score) => void): Promise<void> {
  for (const competitor of [OURS, OURS_WITHOUT_WATCH]) {
    for (const seed of PHASES) check(await play({ ...scenario, seed, length: HOUR }, competitor));
  }
}

describe("no live target is removed", () => {
  test.each<[string, Omit<Scenario, "seed" | "length">]>([
    [
      "EC2 leaves out 4 of 8 for a minute while DNS fails",
      { lives: nodes(0, 8), faults: lasting(1, omits(0, 4), dnsFails) },
    ],
    [
      "EC2 leaves out 4 of 8 for ten minutes while DNS fails",
      { lives: nodes(0, 8), faults: lasting(10, omits(0, 4), dnsFails) },
    ],
    [
      "EC2 leaves out exactly the 4 of 12 that a resolver never shows",
      { lives: nodes(0, 12), faults: lasting(20, omits(8, 12), fixedSubset) },
    ],
    [
      "EC2 leaves out half, DNS shows the others alone",
      { lives: nodes(0, 6), faults: lasting(5, omits(1, 6), { source: "dns", how: "one address" }) },
    ],
    [
      "EC2 and DNS one minute old after a scale-out",
      {
        lives: [...nodes(0, 3), ...nodes(3, 7, begun(T + 60))],
        faults: lasting(6, old("interfaces", MINUTE), old("dns", MINUTE)),
      },
    ],
    [
      "EC2 three minutes old, now and then, after all nodes were replaced",
      { lives: [...nodes(0, 4, ended(T + 30)), ...nodes(4, 8, begun(T))], oldAnswers: 0.3 },
    ],
    [
      "EC2 and DNS one minute old after all nodes were replaced",
      {
        lives: [...nodes(0, 4, ended(T + 30)), ...nodes(4, 8, begun(T))],
        faults: [
          { during: [T + 90, T + 240], fault: old("interfaces", 180) },
          { during: [T + 90, T + 240], fault: old("dns", MINUTE) },
        ],
      },
    ],
    [
      "DNS shows 1 of 6 for ten minutes",
      { lives: nodes(0, 6), faults: lasting(10, { source: "dns", how: "one address" }) },
    ],
    [
      "DNS shows 1 of 2 for five minutes",
      { lives: nodes(0, 2), faults: lasting(5, { source: "dns", how: "one address" }) },
    ],
    ["EC2 shows new nodes three minutes late", { lives: [...nodes(0, 3), ...nodes(3, 6, begun(T, 180))] }],
  ])("%s", async (_, scenario) => {
    await inEveryPhase(scenario, ({ liveRemoved }) => expect(liveRemoved).toBe(0));
  });
});

describe("what has gone is removed", () => {
  const everySecondRun = Array.from({ length: 30 }, (_, index) => ({
    during: [T + 2 * index * MINUTE, T + (2 * index + 1) * MINUTE] as const,
    fault: ec2Fails,
  }));

  test("though EC2 fails in every second run while DNS lists the dead node", async () => {
    const dead = life(0, { service: [START, T], interface: [START, T] });
    await inEveryPhase({ lives: [dead, ...nodes(1, 4)], faults: everySecondRun }, ({ dead: minutes }) =>
      expect(minutes).toBeLessThan(6),
    );
  });

  test("though runs are missing all the time", async () => {
    const faults = Array.from({ length: 20 }, (_, index) => ({
      during: [T + index * 3 * MINUTE, T + (index * 3 + 2) * MINUTE] as const,
      fault: { source: "run", how: "missing" } as const,
    }));
    await inEveryPhase({ lives: [...nodes(0, 1, ended(T)), ...nodes(1, 4)], faults }, ({ dead }) =>
      expect(dead).toBeLessThan(6),
    );
  });

  test("a stranger on a node's address is served for at most two runs while EC2 cannot be read", async () => {
    await inEveryPhase(
      {
        lives: [...nodes(0, 1, ended(T)), ...nodes(1, 4)],
        strangers: [{ address: addressOf(0), during: [T + 5, ALWAYS] }],
        faults: lasting(50, ec2Fails),
      },
      ({ longestStranger }) => expect(longestStranger).toBeLessThanOrEqual(2),
    );
  });

  test("a node that DNS has withdrawn drains while its interface is still there", async () => {
    const leaving = life(0, { listed: [START, T], service: [START, T + 300], interface: [START, T + 300] });
    await inEveryPhase({ lives: [leaving, ...nodes(1, 4)] }, ({ cut, lost }) => expect([cut, lost]).toEqual([0, 0]));
  });

  test("a node that is dead goes with the health check and DNS, however long its interface remains", async () => {
    await inEveryPhase({ lives: [...nodes(0, 1, ended(T, 5 * MINUTE)), ...nodes(1, 4)] }, ({ dead }) =>
      expect(dead).toBeLessThanOrEqual(1.5),
    );
  });
});

test("a zone that leaves DNS is left, and taken back when it returns", async () => {
  const back = T + 20 * MINUTE;
  const zone = [4, 5].flatMap((node) => [
    life(node, { listed: [START, T] }),
    life(node, { listed: [back, ALWAYS], interface: [ALWAYS, ALWAYS] }),
  ]);
  const targets: string[][] = [];
  await play({ lives: [...nodes(0, 4), ...zone], seed: 3, length: HOUR }, OURS, (world) => {
    if (![T - 5, T + 3 * MINUTE, back + MINUTE].includes(world.time)) return;
    targets.push(
      [...(world.groups[0] ?? [])].filter(([, { state }]) => state !== "draining").map(([address]) => address),
    );
  });
  expect(targets.map((each) => each.length)).toEqual([6, 4, 6]);
});

test("new nodes are targets at once where EC2 cannot be read, as DNS lists them", async () => {
  await inEveryPhase(
    { lives: [...nodes(0, 3), ...nodes(3, 5, begun(T + 60))], faults: lasting(15, ec2Fails) },
    ({ missing }) => expect(missing).toBeLessThanOrEqual(2),
  );
});
