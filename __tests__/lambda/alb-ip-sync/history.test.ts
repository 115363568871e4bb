import type { DnsEvidence, InterfaceEvidence } from "../../../lambda/alb-ip-sync/evidence";
import {
  dnsVerdict,
  type History,
  interfaceVerdict,
  type Observation,
  observe,
  sameHistory,
  samplesNeeded,
} from "../../../lambda/alb-ip-sync/history";

const X = "10.0.0.5";
const LIVE = "10.0.0.9";
const MINUTE = 60_000;
const none: History = new Map();

const ec2 = (present: Record<string, number>, foreign: Record<string, number> = {}): InterfaceEvidence => ({
  status: "known",
  present: new Map(Object.entries(present)),
  foreign: new Map(Object.entries(foreign)),
});
const dns = (asOf: number, ...listed: string[]): DnsEvidence => ({
  status: "complete",
  listed: new Set(listed),
  answers: 1,
  asOf,
});
const failed = { status: "failed" } as const;

function seen(before: History, now: number, changes: Partial<Observation> = {}): History {
  return observe(before, {
    now,
    interfaces: ec2({ [LIVE]: 1 }),
    dns: dns(now, LIVE),
    registered: new Set([X, LIVE]),
    allGroupsKnown: true,
    ...changes,
  });
}
const both = { interfaces: ec2({ [X]: 1, [LIVE]: 1 }), dns: dns(0, X, LIVE) };
const byEc2 = (history: History, now: number, interfaces: InterfaceEvidence = ec2({ [LIVE]: 1 })) =>
  interfaceVerdict(interfaces, history.get(X) ?? {}, { address: X, now, interval: MINUTE });
const byDns = (history: History, evidence: DnsEvidence, addresses = 2) =>
  dnsVerdict(evidence, history.get(X) ?? {}, { address: X, addresses, interval: MINUTE });

test("one run without the address is a miss, a second makes it gone and withdrawn", () => {
  const listed = seen(none, 0, both);
  const once = seen(listed, MINUTE);
  expect([byEc2(once, MINUTE), byDns(once, dns(MINUTE, LIVE))]).toEqual(["missed", "leaving"]);
  const again = seen(once, MINUTE + 50_000);
  expect([byEc2(again, MINUTE + 50_000), byDns(again, dns(MINUTE + 50_000, LIVE))]).toEqual(["missed", "leaving"]);
  const twice = seen(again, 2 * MINUTE);
  expect([byEc2(twice, 2 * MINUTE), byDns(twice, dns(2 * MINUTE, LIVE))]).toEqual(["gone", "withdrawn"]);
});

test.each<[string, Partial<Observation>]>([
  ["EC2 fails", { interfaces: failed }],
  ["DNS fails", { dns: failed }],
  ["everything fails", { interfaces: failed, dns: failed, allGroupsKnown: false }],
])("the count survives a run in which %s", (_, changes) => {
  const once = seen(seen(none, 0, both), MINUTE);
  const twice = seen(seen(once, 2 * MINUTE, changes), 3 * MINUTE);
  expect([byEc2(twice, 3 * MINUTE), byDns(twice, dns(3 * MINUTE, LIVE))]).toEqual(["gone", "withdrawn"]);
});

test("the count survives missing runs", () => {
  const twice = seen(seen(seen(none, 0, both), MINUTE), 20 * MINUTE);
  expect(byEc2(twice, 20 * MINUTE)).toBe("gone");
});

test("the source itself contradicts what it said", () => {
  const once = seen(seen(none, 0, both), MINUTE);
  const back = seen(once, 2 * MINUTE, { ...both, dns: dns(2 * MINUTE, X, LIVE) });
  expect(back.get(X)).toEqual({ attachedAt: 1, listed: true, listedAt: 2 * MINUTE });
});

test("an address that DNS denied and names again is a new node: EC2 may show it later", () => {
  const gone = seen(seen(none, 0, both), MINUTE);
  const again = seen(gone, 2 * MINUTE, { dns: dns(2 * MINUTE, X, LIVE) });
  expect(again.get(X)?.attachedAt).toBeUndefined();
});

test("a DNS answer older than one that listed the address denies nothing", () => {
  const listed = seen(none, 10_000, { ...both, dns: dns(10_000, X, LIVE) });
  const older = seen(listed, 20_000, { dns: dns(5000, LIVE) });
  expect(byDns(older, dns(5000, LIVE))).toBe("unknown");
});

test("the same cached answer seen in two runs is the answer of one", () => {
  const listed = seen(none, 0, both);
  const cached = dns(30_000, LIVE);
  const twice = seen(seen(listed, MINUTE, { dns: cached }), 2 * MINUTE, { dns: cached });
  expect(byDns(twice, cached)).toBe("leaving");
});

test("an address that DNS has never listed is unlisted, however long", () => {
  let history = none;
  for (let run = 0; run < 20; run++) history = seen(history, run * MINUTE);
  expect(byDns(history, dns(20 * MINUTE, LIVE))).toBe("unlisted");
});

test("samples prove absence once chance has had its chance", () => {
  expect(samplesNeeded(8)).toBe(Number.POSITIVE_INFINITY);
  expect(samplesNeeded(12)).toBe(13);
  const sampled = (asOf: number): DnsEvidence => ({ status: "sampled", listed: new Set([LIVE]), answers: 5, asOf });
  let history = seen(none, 0, { dns: { ...sampled(0), listed: new Set([X, LIVE]) } as DnsEvidence });
  const verdicts: string[] = [];
  for (let turn = 1; turn <= 4; turn++) {
    history = seen(history, turn * 20_000, { dns: sampled(turn * 20_000) });
    verdicts.push(byDns(history, sampled(turn * 20_000), 12));
  }
  expect(verdicts).toEqual(["unknown", "unknown", "leaving", "withdrawn"]);
});

test("another's interface counts only if it was attached after the ALB's own", () => {
  const own = seen(none, 0, { interfaces: ec2({ [X]: 500, [LIVE]: 1 }), dns: dns(0, X, LIVE) });
  expect(byEc2(own, MINUTE, ec2({ [LIVE]: 1 }, { [X]: 900 }))).toBe("foreign");
  expect(byEc2(own, MINUTE, ec2({ [LIVE]: 1 }, { [X]: 0 }))).toBe("foreign");
  expect(byEc2(own, MINUTE, ec2({ [LIVE]: 1 }, { [X]: 100 }))).toBe("missed");
});

test("half of the nodes denied is believed after six runs, not two", () => {
  const once = seen(seen(none, 0, both), MINUTE);
  const bold = (asOf: number): DnsEvidence => ({ ...dns(asOf, LIVE), isBold: true }) as DnsEvidence;
  expect(byDns(once, bold(3 * MINUTE))).toBe("leaving");
  expect(byDns(once, bold(7 * MINUTE))).toBe("withdrawn");
});

test("an address that nothing names is forgotten after half an hour", () => {
  const gone = seen(seen(none, 0, both), MINUTE, { registered: new Set([LIVE]) });
  expect(seen(gone, 25 * MINUTE, { registered: new Set([LIVE]) }).has(X)).toBe(true);
  expect(seen(gone, 35 * MINUTE, { registered: new Set([LIVE]) }).has(X)).toBe(false);
  expect(seen(gone, 35 * MINUTE, { registered: new Set([LIVE]), allGroupsKnown: false }).has(X)).toBe(true);
});

test("a steady run changes nothing that would have to be stored", () => {
  const first = seen(none, 0, both);
  expect(sameHistory(first, seen(first, MINUTE, { ...both, dns: dns(MINUTE, X, LIVE) }))).toBe(true);
  expect(sameHistory(first, seen(first, MINUTE))).toBe(false);
});
