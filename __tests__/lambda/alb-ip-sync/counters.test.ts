import { type Counters, count } from "../../../lambda/alb-ip-sync/counters";
import type { DnsEvidence, InterfaceEvidence } from "../../../lambda/alb-ip-sync/decide";

const X = "10.0.0.5";
const LIVE = "10.0.0.9";
const MINUTE = 60_000;
const none: Counters = new Map();

function counted(
  before: Counters,
  now: number,
  changes: {
    interfaces?: InterfaceEvidence;
    dns?: DnsEvidence;
    registered?: ReadonlySet<string>;
    allGroupsKnown?: boolean;
  } = {},
): Counters {
  const {
    interfaces = { status: "known", present: new Set([LIVE]), foreign: new Set() },
    dns = { status: "complete", listed: new Set([X, LIVE]) },
    registered = new Set([X, LIVE]),
    allGroupsKnown = true,
  } = changes;
  const failed = { status: "failed" } as const;
  return count(before, {
    now,
    interval: MINUTE,
    interfaces: { ipv4: interfaces, ipv6: failed },
    dns: { ipv4: dns, ipv6: failed },
    registered,
    allGroupsKnown,
  });
}

const runs = (counters: Counters): number | undefined => counters.get(X)?.runs;
const afterTwo = counted(counted(none, 0), MINUTE);

test("each run in which only DNS has the address counts", () => {
  expect(runs(afterTwo)).toBe(2);
  expect(runs(counted(afterTwo, 2 * MINUTE))).toBe(3);
});

test("runs closer together than half an interval count once", () => {
  expect(runs(counted(afterTwo, MINUTE + 20_000))).toBe(2);
  expect(runs(counted(afterTwo, MINUTE + 40_000))).toBe(3);
});

test("a run that is missing breaks the row", () => {
  expect(runs(counted(afterTwo, 3 * MINUTE))).toBe(1);
});

test("a failed source neither counts nor clears", () => {
  expect(runs(counted(afterTwo, 2 * MINUTE, { interfaces: { status: "failed" } }))).toBe(2);
  expect(runs(counted(afterTwo, 2 * MINUTE, { dns: { status: "failed" } }))).toBe(2);
  expect(runs(counted(afterTwo, 2 * MINUTE, { dns: { status: "partial", listed: new Set([LIVE]) } }))).toBe(2);
  expect(runs(counted(afterTwo, 2 * MINUTE, { registered: new Set(), allGroupsKnown: false }))).toBe(2);
});

test.each<[string, Parameters<typeof counted>[2]]>([
  ["the interface is back", { interfaces: { status: "known", present: new Set([X, LIVE]), foreign: new Set() } }],
  ["DNS has dropped the address", { dns: { status: "complete", listed: new Set([LIVE]) } }],
  ["the address is no target any more", { registered: new Set([LIVE]) }],
])("%s: the counter is cleared", (_, changes) => {
  expect(counted(afterTwo, 2 * MINUTE, changes)).toEqual(none);
});

test("an address with an interface is never counted", () => {
  expect(afterTwo.has(LIVE)).toBe(false);
});
