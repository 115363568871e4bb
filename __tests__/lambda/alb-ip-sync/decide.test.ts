import {
  type Decision,
  type DnsEvidence,
  decide,
  type Evidence,
  explain,
  type Guards,
  type InterfaceEvidence,
  type Mapping,
  type Target,
} from "../../../lambda/alb-ip-sync/decide";

const mapping: Mapping = { listenerPort: 80, targetGroupArn: "arn:tg", ipAddressType: "ipv4" };
const guards: Guards = { maximumUnconfirmedRuns: 3, maximumDeregistrationSharePercent: 50, minimumHealthyTargets: 1 };

/** The address that a case is about, and one that is live and registered everywhere, so that no source is empty. */
const X = "10.0.0.5";
const LIVE = "10.0.0.9";

const interfaces = {
  yes: { status: "known", present: new Set([X, LIVE]), foreign: new Set() },
  no: { status: "known", present: new Set([LIVE]), foreign: new Set() },
  "another's": { status: "known", present: new Set([LIVE]), foreign: new Set([X]) },
  unknown: { status: "failed" },
} satisfies Record<string, InterfaceEvidence>;

const dns = {
  yes: { status: "complete", listed: new Set([X, LIVE]) },
  "yes, partial": { status: "partial", listed: new Set([X]) },
  no: { status: "complete", listed: new Set([LIVE]) },
  "no, partial": { status: "partial", listed: new Set([LIVE]) },
  unknown: { status: "failed" },
} satisfies Record<string, DnsEvidence>;

const target = (address: string, state = "healthy", port = 80): Target => ({ address, port, state });
const groups = {
  absent: [],
  draining: [target(X, "draining")],
  registered: [target(X)],
} satisfies Record<string, Target[]>;

function evidence(changes: Partial<Evidence>): Evidence {
  return {
    interfaces: interfaces.no,
    dns: dns.no,
    targets: [],
    unconfirmedRuns: new Map(),
    isInSubnets: () => true,
    ...changes,
  };
}

const about = (address: string, decisions: Decision[]): string => {
  const found = decisions.find((decision) => decision.address === address);
  return found ? `${found.action}: ${found.reason}` : "nothing";
};

type Row = [keyof typeof interfaces, keyof typeof dns, keyof typeof groups, string];
const anyDns = Object.keys(dns) as (keyof typeof dns)[];
const table: Row[] = [
  ...anyDns.flatMap((answer): Row[] => [
    ["yes", answer, "absent", "register: interface-without-target"],
    ["yes", answer, "draining", "register: interface-with-draining-target"],
    ["yes", answer, "registered", "keep: interface-present"],
    ["another's", answer, "registered", "deregister: held-by-another-interface"],
    ["another's", answer, "draining", "ignore: draining"],
    ["no", answer, "draining", "ignore: draining"],
    ["unknown", answer, "registered", "keep: interfaces-unknown"],
    ["unknown", answer, "draining", "ignore: interfaces-unknown"],
  ]),
  ["no", "no", "registered", "deregister: gone-from-both"],
  ["no", "no", "absent", "nothing"],
  ["no", "yes", "registered", "keep: dns-still-lists"],
  ["no", "yes, partial", "registered", "keep: dns-still-lists"],
  ["no", "yes", "absent", "ignore: dns-only"],
  ["no", "unknown", "registered", "deregister: gone-from-interfaces"],
  ["no", "no, partial", "registered", "deregister: gone-from-interfaces"],
  ["no", "unknown", "absent", "nothing"],
  ["another's", "yes", "absent", "ignore: dns-only"],
  ["another's", "no", "absent", "nothing"],
  ["unknown", "yes", "absent", "ignore: interfaces-unknown"],
  ["unknown", "no", "absent", "nothing"],
];

describe("decision table", () => {
  test.each(table)("interface %s, DNS %s, target %s → %s", (ec2, answer, group, expected) => {
    const decisions = decide(
      mapping,
      evidence({ interfaces: interfaces[ec2], dns: dns[answer], targets: [target(LIVE), ...groups[group]] }),
      guards,
    );
    expect(about(X, decisions)).toBe(expected);
    expect(about(LIVE, decisions)).toMatch(/^keep/);
  });

  test.each([
    [1, "keep: dns-still-lists"],
    [3, "keep: dns-still-lists"],
    [4, "deregister: dns-listed-too-long"],
  ])("a target that only DNS confirms: run %i → %s", (runs, expected) => {
    const decisions = decide(
      mapping,
      evidence({ dns: dns.yes, targets: [target(LIVE), target(X)], unconfirmedRuns: new Map([[X, runs]]) }),
      guards,
    );
    expect(about(X, decisions)).toBe(expected);
  });

  test("an unhealthy, unused or unknown target counts as registered", () => {
    for (const state of ["initial", "unhealthy", "unhealthy.draining", "unused", "unavailable", "unknown"]) {
      const decisions = decide(
        mapping,
        evidence({ interfaces: interfaces.yes, targets: [target(X, state), target(LIVE)] }),
        guards,
      );
      expect([state, about(X, decisions)]).toEqual([state, "keep: interface-present"]);
    }
  });

  test("every decision has a reason in words", () => {
    for (const [, , , outcome] of table) {
      const reason = outcome.split(": ")[1];
      if (reason) expect(explain(reason as Decision["reason"])).toMatch(/\w+ \w+/);
    }
  });
});

describe("guards where one witness is asked alone", () => {
  const gone = ["10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.4"];
  const alone = (targets: Target[], changes: Partial<Guards> = {}) =>
    decide(mapping, evidence({ dns: dns.unknown, targets }), { ...guards, ...changes });
  const deregistered = (decisions: Decision[]) =>
    decisions.filter(({ action }) => action === "deregister").map(({ address }) => address);
  const waiting = (decisions: Decision[]) =>
    decisions.filter(({ action }) => action === "wait").map(({ reason }) => reason);

  test("no more than the share goes in one run, the rest waits", () => {
    const decisions = alone([target(LIVE), ...gone.map((address) => target(address))]);
    expect(deregistered(decisions)).toEqual(["10.0.1.1", "10.0.1.2"]);
    expect(waiting(decisions)).toEqual(["over-share", "over-share"]);
  });

  test("the share is rounded down: a single target never goes", () => {
    expect(deregistered(alone([target(X)]))).toEqual([]);
    expect(
      deregistered(alone([target(X)], { maximumDeregistrationSharePercent: 99, minimumHealthyTargets: 0 })),
    ).toEqual([]);
    expect(
      deregistered(alone([target(X)], { maximumDeregistrationSharePercent: 100, minimumHealthyTargets: 0 })),
    ).toEqual([X]);
  });

  test("healthy targets stay above the minimum", () => {
    const decisions = alone([target(LIVE, "initial"), ...gone.map((address) => target(address))], {
      maximumDeregistrationSharePercent: 100,
      minimumHealthyTargets: 3,
    });
    expect(deregistered(decisions)).toEqual(["10.0.1.1"]);
    expect(waiting(decisions)).toEqual(["under-minimum-healthy", "under-minimum-healthy", "under-minimum-healthy"]);
  });

  test("unhealthy targets go first, and whatever the minimum is", () => {
    const decisions = alone([target(LIVE, "initial"), target("10.0.1.1"), target("10.0.1.2", "unhealthy")], {
      minimumHealthyTargets: 5,
    });
    expect(deregistered(decisions)).toEqual(["10.0.1.2"]);
  });

  test("unhealthy targets use up the share before healthy ones", () => {
    const decisions = alone([target(LIVE), target("10.0.1.1"), target("10.0.1.2", "unhealthy")]);
    expect(deregistered(decisions)).toEqual(["10.0.1.2"]);
  });

  test("a target that DNS has listed for too long is one witness alone, too", () => {
    const decisions = decide(
      mapping,
      evidence({
        dns: { status: "complete", listed: new Set([LIVE, ...gone]) },
        targets: [target(LIVE), ...gone.map((address) => target(address))],
        unconfirmedRuns: new Map(gone.map((address) => [address, 4])),
      }),
      guards,
    );
    expect(deregistered(decisions)).toHaveLength(2);
  });

  test("two witnesses that agree act at once, on all targets and below the minimum", () => {
    const decisions = decide(mapping, evidence({ targets: gone.map((address) => target(address)) }), guards);
    expect(deregistered(decisions)).toEqual(gone);
  });

  test("the share is taken of what two witnesses leave", () => {
    const decisions = decide(
      mapping,
      evidence({
        interfaces: { status: "known", present: new Set([LIVE]), foreign: new Set(gone.slice(0, 2)) },
        dns: dns.unknown,
        targets: [...gone, X].map((address) => target(address)),
      }),
      guards,
    );
    // 10.0.1.1 and 10.0.1.2 are another's; of the three that stay, half, rounded down, may go.
    expect(deregistered(decisions)).toEqual([X, "10.0.1.1", "10.0.1.2"]);
    expect(waiting(decisions)).toEqual(["over-share", "over-share"]);
  });

  test("draining targets do not enlarge the share", () => {
    const leaving = gone.map((address) => target(address, "draining"));
    expect(deregistered(alone([target(LIVE), target(X), target("10.0.0.6"), ...leaving]))).toEqual([X]);
  });
});

describe("what is never registered", () => {
  test("an address outside the ALB's subnets is refused, and reported", () => {
    const decisions = decide(
      mapping,
      evidence({ interfaces: interfaces.yes, isInSubnets: (address) => address !== X, targets: [target(LIVE)] }),
      guards,
    );
    expect(about(X, decisions)).toBe("refuse: outside-subnets");
  });

  test("an address of the other family", () => {
    const both: InterfaceEvidence = { status: "known", present: new Set([LIVE, "2001:db8::5"]), foreign: new Set() };
    const ipv4 = decide(mapping, evidence({ interfaces: both }), guards);
    const ipv6 = decide({ ...mapping, ipAddressType: "ipv6" }, evidence({ interfaces: both }), guards);
    expect(ipv4.map(({ address }) => address)).toEqual([LIVE]);
    expect(ipv6.map(({ address }) => address)).toEqual(["2001:db8::5"]);
  });
});

describe("targets on another port", () => {
  const onBoth = (state: string) =>
    decide(mapping, evidence({ targets: [target(LIVE), target(LIVE, state, 8080)] }), guards);

  test("are left alone while the ALB has their address", () => {
    expect(onBoth("healthy").map(({ action, port }) => [action, port])).toEqual([
      ["keep", 80],
      ["ignore", 8080],
    ]);
    expect(onBoth("draining").map(({ action, port }) => [action, port])).toEqual([
      ["keep", 80],
      ["ignore", 8080],
    ]);
  });

  test("do not count as the listener's target", () => {
    const decisions = decide(mapping, evidence({ targets: [target(LIVE, "healthy", 8080)] }), guards);
    expect(decisions.map(({ action, port }) => [action, port])).toEqual([
      ["register", 80],
      ["ignore", 8080],
    ]);
  });

  test("go with their address, by their own port", () => {
    const decisions = decide(mapping, evidence({ targets: [target(LIVE), target(X, "healthy", 8080)] }), guards);
    expect(decisions.find(({ action }) => action === "deregister")).toMatchObject({ address: X, port: 8080 });
  });
});
