import { credible, type Decision, decide, type Evidence, type Guards } from "../../../lambda/alb-ip-sync/decide";
import { explain, type Health, TARGETS } from "../../../lambda/alb-ip-sync/decision-table";
import type { DnsEvidence, InterfaceEvidence, Mapping, Target } from "../../../lambda/alb-ip-sync/evidence";
import type { DnsVerdict, History, InterfaceVerdict, Track } from "../../../lambda/alb-ip-sync/history";

const mapping: Mapping = { listenerPort: 80, targetGroupArn: "arn:tg" };
const guards: Guards = { maximumUnconfirmedRuns: 3, maximumDeregistrationSharePercent: 50, minimumHealthyTargets: 1 };
const MINUTE = 60_000;
const NOW = 100 * MINUTE;

/** The address that a case is about, and ones that are live and registered, so that no source is empty. */
const X = "10.0.0.5";
const LIVE = ["10.0.0.7", "10.0.0.8", "10.0.0.9"];
const A_LIVE = "10.0.0.9";

const target = (address: string, state = "healthy", port = 80): Target => ({ address, port, state });
const complete = (...listed: string[]): DnsEvidence => ({
  status: "complete",
  listed: new Set(listed),
  answers: 1,
  asOf: NOW,
});
const known = (present: readonly string[], foreign: readonly string[] = []): InterfaceEvidence => ({
  status: "known",
  present: new Map(present.map((address) => [address, 1])),
  foreign: new Map(foreign.map((address) => [address, 2])),
});

/** Evidence and history that make each verdict about X. */
const interfaceCases: Record<InterfaceVerdict, [InterfaceEvidence, Track]> = {
  present: [known([...LIVE, X]), { attachedAt: 1 }],
  missed: [known(LIVE), { attachedAt: 1, missingSince: NOW }],
  gone: [known(LIVE), { attachedAt: 1, missingSince: NOW - MINUTE }],
  foreign: [known(LIVE, [X]), { attachedAt: 1, missingSince: NOW }],
  unknown: [{ status: "failed" }, { attachedAt: 1 }],
};
const dnsCases: Record<DnsVerdict, [DnsEvidence, Track]> = {
  listed: [complete(...LIVE, X), { listed: true }],
  unlisted: [complete(...LIVE), { deniedSince: NOW - MINUTE }],
  leaving: [complete(...LIVE), { listed: true, deniedSince: NOW }],
  withdrawn: [complete(...LIVE), { listed: true, deniedSince: NOW - MINUTE }],
  unknown: [{ status: "failed" }, { listed: true }],
};
const states: Record<Health, string> = {
  healthy: "healthy",
  unsure: "initial",
  failing: "unhealthy",
  dead: "unhealthy",
};

function evidence(changes: Partial<Evidence>): Evidence {
  return {
    interfaces: known(LIVE),
    dns: complete(...LIVE),
    targets: [],
    history: new Map(),
    now: NOW,
    interval: MINUTE,
    isInSubnets: () => true,
    ...changes,
  };
}

const about = (address: string, decisions: readonly Decision[]): string => {
  const found = decisions.find((decision) => decision.address === address);
  return found ? `${found.action}: ${found.reason}` : "nothing";
};

function decided(ec2: InterfaceVerdict, dns: DnsVerdict, state: string | undefined, others = "healthy"): string {
  const [interfaces, byEc2] = interfaceCases[ec2];
  const [answer, byDns] = dnsCases[dns];
  const decisions = decide(
    mapping,
    evidence({
      interfaces,
      dns: answer,
      history: new Map([[X, { ...byEc2, ...byDns }]]),
      targets: [...LIVE.map((address) => target(address, others)), ...(state === undefined ? [] : [target(X, state)])],
    }),
    guards,
  );
  return about(X, decisions);
}

describe("the table", () => {
  const rows = Object.entries(TARGETS).flatMap(([ec2, byDns]) =>
    Object.entries(byDns).flatMap(([dns, cells]) =>
      Object.entries(cells).map(
        ([health, row]) => [ec2, dns, health, row] as [InterfaceVerdict, DnsVerdict, Health, (typeof cells)[Health]],
      ),
    ),
  );

  test.each(rows)("interface %s, DNS %s, %s target", (ec2, dns, health, row) => {
    expect(decided(ec2, dns, states[health], health === "failing" ? "unhealthy" : "healthy")).toBe(
      `${row.action}: ${row.reason}`,
    );
    expect(explain(row.reason)).toMatch(/\w+ \w+/);
  });

  test("a healthy target is removed only on a stranger's interface, or when DNS has withdrawn it in two runs", () => {
    const removed = rows.filter(([, , health, { action }]) => health === "healthy" && action === "deregister");
    expect(removed.filter(([ec2, dns]) => ec2 !== "foreign" && dns !== "withdrawn")).toEqual([]);
  });

  test("a target is removed while its interface is there only if DNS does not list it any more", () => {
    const removed = rows.filter(([ec2, , , { action }]) => ec2 === "present" && action === "deregister");
    expect(new Set(removed.map(([, dns]) => dns))).toEqual(new Set(["leaving", "withdrawn"]));
  });

  test.each<[InterfaceVerdict, DnsVerdict, string]>([
    ["present", "listed", "register: interface-without-target"],
    ["present", "unlisted", "register: interface-without-target"],
    ["present", "leaving", "ignore: leaving"],
    ["present", "withdrawn", "ignore: leaving"],
    // DNS denied nothing before it failed.
    ["present", "unknown", "register: interface-without-target"],
    // Its interface was there: DNS is late.
    ["gone", "listed", "ignore: dns-only"],
    ["gone", "withdrawn", "nothing"],
    ["foreign", "listed", "ignore: dns-only"],
    ["unknown", "listed", "register: dns-without-target"],
    ["unknown", "withdrawn", "nothing"],
  ])("interface %s, DNS %s, no target → %s", (ec2, dns, expected) => {
    expect(decided(ec2, dns, undefined)).toBe(expected);
  });

  test("a draining target whose interface is there and that DNS lists is registered again", () => {
    expect(decided("present", "listed", "draining")).toBe("register: interface-with-draining-target");
    expect(decided("present", "withdrawn", "draining")).toBe("ignore: draining");
  });

  test("a node that DNS lists before EC2 shows it is registered, unless EC2 never shows it", () => {
    const first = (missingFor: number) =>
      about(
        X,
        decide(
          mapping,
          evidence({
            dns: complete(...LIVE, X),
            history: new Map([[X, { listed: true, missingSince: NOW - missingFor }]]),
            targets: LIVE.map((address) => target(address)),
          }),
          guards,
        ),
      );
    expect(first(0)).toBe("register: dns-without-target");
    expect(first(2 * MINUTE)).toBe("register: dns-without-target");
    expect(first(3 * MINUTE)).toBe("ignore: dns-only");
  });

  test("DNS fails after it denied an address: the interface alone does not bring it back", () => {
    const decisions = decide(
      mapping,
      evidence({
        interfaces: known([...LIVE, X]),
        dns: { status: "failed" },
        history: new Map([[X, { attachedAt: 1, listed: true, deniedSince: NOW - 5 * MINUTE }]]),
        targets: LIVE.map((address) => target(address)),
      }),
      guards,
    );
    expect(about(X, decisions)).toBe("ignore: leaving");
  });

  test.each([
    [2, "keep: dns-still-lists"],
    [3, "deregister: dns-listed-too-long"],
  ])(
    "a target that is not healthy, without interface for %i intervals while DNS lists it → %s",
    (intervals, expected) => {
      const history: History = new Map([[X, { attachedAt: 1, listed: true, missingSince: NOW - intervals * MINUTE }]]);
      const targets = [...LIVE.map((address) => target(address)), target(X, "unhealthy")];
      expect(about(X, decide(mapping, evidence({ dns: complete(...LIVE, X), history, targets }), guards))).toBe(
        expected,
      );
    },
  );

  test("a person's target that neither source has ever shown is removed after ten runs, though it is healthy", () => {
    const decidedAfter = (intervals: number) => {
      const history: History = new Map([[X, { missingSince: NOW - intervals * MINUTE, deniedSince: 0 }]]);
      const targets = [...LIVE.map((address) => target(address)), target(X)];
      return about(X, decide(mapping, evidence({ history, targets }), guards));
    };
    expect([decidedAfter(9), decidedAfter(10)]).toEqual(["keep: needs-another-run", "deregister: gone-from-both"]);
  });

  test("states that are neither healthy nor unhealthy say nothing", () => {
    for (const state of ["initial", "unused", "unavailable", "unknown"]) {
      expect([state, decided("missed", "leaving", state)]).toEqual([state, "keep: needs-another-run"]);
    }
    expect(decided("missed", "leaving", "unhealthy.draining")).toBe("deregister: gone-from-both");
  });
});

describe("what DNS is worth", () => {
  const healthy = (count: number) => Array.from({ length: count }, (_, node) => target(`10.0.1.${node}`));
  const listing = (count: number) => complete(...healthy(count).map(({ address }) => address));
  const judge = (listed: number, of: number) => credible(listing(listed), healthy(of));

  test("an answer that denies more than half of what is healthy proves nothing", () => {
    expect(judge(1, 6).status).toBe("partial");
    expect(judge(2, 6).status).toBe("partial");
    expect(judge(4, 6)).toEqual(listing(4));
  });

  test("one that denies just half has to say so for longer", () => {
    expect(judge(3, 6)).toMatchObject({ status: "complete", isBold: true });
  });

  const full = (answers: number): DnsEvidence => ({ ...listing(8), status: "partial", answers }) as DnsEvidence;
  test("full answers that are all the same hold everything only if they hold all that is healthy", () => {
    expect(credible(full(5), healthy(8)).status).toBe("complete");
    expect(credible(full(5), healthy(9)).status).toBe("partial");
    expect(credible(full(2), healthy(8)).status).toBe("partial");
  });
});

describe("guards", () => {
  const gone = ["10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.4"];
  const withdrawn: History = new Map(gone.map((address) => [address, { listed: true, deniedSince: NOW - MINUTE }]));
  const zoneLeaves = (targets: Target[], changes: Partial<Guards> = {}, more: Partial<Evidence> = {}) =>
    decide(mapping, evidence({ interfaces: known([...LIVE, ...gone]), history: withdrawn, targets, ...more }), {
      ...guards,
      ...changes,
    });
  const deregistered = (decisions: Decision[]) =>
    decisions.filter(({ action }) => action === "deregister").map(({ address }) => address);
  const waiting = (decisions: Decision[]) =>
    decisions.filter(({ action }) => action === "wait").map(({ reason }) => reason);
  const all = [...LIVE, ...gone].map((address) => target(address));

  test("no more than the share is removed in one run, the rest waits", () => {
    const decisions = zoneLeaves(all);
    expect(deregistered(decisions)).toEqual(gone.slice(0, 3));
    expect(waiting(decisions)).toEqual(["over-share"]);
  });

  test("what the run has deregistered before counts against the share", () => {
    expect(deregistered(zoneLeaves(all.slice(0, 6), {}, { alreadyDeregistered: 2 }))).toHaveLength(2);
    expect(deregistered(zoneLeaves(all.slice(0, 5), {}, { alreadyDeregistered: 3 }))).toHaveLength(1);
  });

  test("the share never rounds to never", () => {
    expect(deregistered(zoneLeaves(all.slice(0, 4), { maximumDeregistrationSharePercent: 10 }))).toEqual([gone[0]]);
  });

  test("healthy targets stay above the minimum; unhealthy ones go first, and whatever the minimum is", () => {
    const decisions = zoneLeaves(all, { minimumHealthyTargets: 6, maximumDeregistrationSharePercent: 100 });
    expect(deregistered(decisions)).toEqual([gone[0]]);
    expect(waiting(decisions)).toEqual(Array(3).fill("under-minimum-healthy"));
    const sick = [...LIVE.map((address) => target(address)), target("10.0.1.1"), target("10.0.1.2", "unhealthy")];
    expect(deregistered(zoneLeaves(sick, { minimumHealthyTargets: 5 }))).toEqual(["10.0.1.2"]);
  });

  test("a stranger is removed at once, below every minimum", () => {
    const decisions = decide(
      mapping,
      evidence({ interfaces: known(LIVE, gone), dns: { status: "failed" }, targets: gone.map((each) => target(each)) }),
      { ...guards, minimumHealthyTargets: 10 },
    );
    expect(deregistered(decisions)).toEqual(gone);
  });
});

describe("what is never registered", () => {
  test("an address outside the ALB's subnets is refused, and reported", () => {
    const outside = { isInSubnets: (address: string) => address !== X, targets: [target(A_LIVE)] };
    const byEc2 = decide(mapping, evidence({ interfaces: known([...LIVE, X]), ...outside }), guards);
    const byDns = decide(mapping, evidence({ dns: complete(...LIVE, X), ...outside }), guards);
    expect([about(X, byEc2), about(X, byDns)]).toEqual(Array(2).fill("refuse: outside-subnets"));
  });
});

describe("targets on another port", () => {
  const onBoth = (state: string) =>
    decide(
      mapping,
      evidence({
        interfaces: known([A_LIVE]),
        dns: complete(A_LIVE),
        targets: [target(A_LIVE), target(A_LIVE, state, 8080)],
      }),
      guards,
    );

  test("are left alone while the ALB has their address", () => {
    for (const state of ["healthy", "draining"]) {
      expect(onBoth(state).map(({ action, port }) => [action, port])).toEqual([
        ["keep", 80],
        ["ignore", 8080],
      ]);
    }
  });

  test("do not count as the listener's target", () => {
    const targets = [target(A_LIVE, "healthy", 8080)];
    const decisions = decide(
      mapping,
      evidence({ interfaces: known([A_LIVE]), dns: complete(A_LIVE), targets }),
      guards,
    );
    expect(decisions.map(({ action, port }) => [action, port])).toEqual([
      ["register", 80],
      ["ignore", 8080],
    ]);
  });

  test("go with their address, by their own port", () => {
    const decisions = decide(
      mapping,
      evidence({
        interfaces: known(LIVE, [X]),
        targets: [...LIVE.map((each) => target(each)), target(X, "healthy", 8080)],
      }),
      guards,
    );
    expect(decisions.find(({ action }) => action === "deregister")).toMatchObject({ address: X, port: 8080 });
  });
});
