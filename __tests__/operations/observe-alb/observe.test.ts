import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { observe, type Sources } from "../../../operations/observe-alb/observe";
import { append, read, type Sight } from "../../../operations/observe-alb/recording";
import { describeTiming, timing } from "../../../operations/observe-alb/timing";
import { recordedScenarios } from "../../../proof/bench-sync/recorded";

const MINUTE = 60_000;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "observe-"));
  file = join(folder, "observed.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A clock that only waiting moves, and sources that know what is true in each minute. */
function world(sources: Partial<Sources> = {}, start = 0) {
  let now = start;
  const waits: number[] = [];
  return {
    waits,
    observation: {
      file,
      now: () => now,
      wait: async (milliseconds: number) => {
        waits.push(milliseconds);
        now += milliseconds;
      },
      log: () => undefined,
      sources: {
        albAddresses: async () => new Map([["10.0.0.1", 5]]),
        authoritative: async () => ({ addresses: ["10.0.0.1"], age: 0 }),
        resolver: async () => ({ addresses: ["10.0.0.1"], age: 20_000 }),
        targets: async () => new Map([["group", [{ address: "10.0.0.1", port: 80, state: "healthy" }]]]),
        ...sources,
      },
    },
  };
}

test("records once a minute until the time is over, one line each", async () => {
  const { observation, waits } = world();
  const sights = await observe({ ...observation, length: 3 * MINUTE });
  expect(waits).toEqual([MINUTE, MINUTE, MINUTE]);
  expect(read(file)).toEqual(sights);
  expect(sights[0]).toEqual({
    at: 0,
    interfaces: { "10.0.0.1": 5 },
    authoritative: ["10.0.0.1"],
    resolver: { addresses: ["10.0.0.1"], age: 20_000 },
    targets: { group: { "10.0.0.1": "healthy" } },
  });
});

test("goes on with a recording that is there, also where its last line was cut off", async () => {
  await observe({ ...world().observation, length: MINUTE });
  appendFileSync(file, '{"at":12');
  expect(read(file)).toHaveLength(2);
  const before = readFileSync(file, "utf8").replace('{"at":12', "");
  rmSync(file);
  appendFileSync(file, before);
  const sights = await observe({ ...world({}, 5 * MINUTE).observation, length: 6 * MINUTE });
  expect(sights.map(({ at }) => at / MINUTE)).toEqual([0, 1, 5, 6]);
});

test("a source that does not answer is null, and nothing has come or gone because of it", async () => {
  let turn = 0;
  const flaky = {
    albAddresses: async () => (turn++ === 1 ? Promise.reject(new Error("throttled")) : new Map([["10.0.0.1", 5]])),
  };
  const sights = await observe({ ...world(flaky).observation, length: 2 * MINUTE });
  expect(sights.map(({ interfaces }) => interfaces === null)).toEqual([false, true, false]);
  expect(timing(sights).changesADay).toBe(0);
});

test("a line that is no record is named", () => {
  appendFileSync(file, '{"at":1}\nnonsense\n{"at":2}\n');
  expect(() => read(file)).toThrow(`${file}, line 2: expected a record of observe-alb, got nonsense`);
});

/** One node comes and one goes, with known delays in minutes. */
function recorded(delays: {
  listed: number;
  shown: number;
  withdrawn: number;
  deleted: number;
  dead?: boolean;
}): Sight[] {
  return Array.from({ length: 61 }, (_, minute) => {
    const within = (from: number, until: number, address: string) =>
      minute >= from && minute < until ? [address] : [];
    const interfaces = ["10.0.0.1", ...within(delays.shown, 99, "10.0.0.2"), ...within(0, delays.deleted, "10.0.0.3")];
    const listed = ["10.0.0.1", ...within(delays.listed, 99, "10.0.0.2"), ...within(0, delays.withdrawn, "10.0.0.3")];
    const state = delays.dead && minute >= delays.withdrawn ? "unhealthy" : "healthy";
    return {
      at: minute * MINUTE,
      interfaces: Object.fromEntries(interfaces.map((address) => [address, 1])),
      authoritative: listed,
      resolver: { addresses: listed, age: 0 },
      targets: {
        group: Object.fromEntries(interfaces.map((address) => [address, address === "10.0.0.3" ? state : "healthy"])),
      },
    };
  });
}

describe("the world of a recording", () => {
  test("EC2 two minutes behind DNS, interface five minutes after the withdrawal", () => {
    const found = timing(recorded({ listed: 10, shown: 12, withdrawn: 30, deleted: 35 }));
    expect(found).toMatchObject({
      ec2BehindDns: [2],
      withdrawalToDeletion: [5],
      servedUntilDeletion: [true],
      changesADay: 48,
    });
    expect(describeTiming(found)).toContain("world of arrivals: EC2 shows new nodes 2 min late");
    expect(describeTiming(found)).toContain("world of departures: node drains, interface stays 5 min");
  });

  test("interface early, node dead at the withdrawal", () => {
    const text = describeTiming(timing(recorded({ listed: 10, shown: 9, withdrawn: 30, deleted: 33, dead: true })));
    expect(text).toContain("world of arrivals: interface 1 min early");
    expect(text).toContain("world of departures: node dead, interface stays 3 min");
  });

  test("nothing seen is said, not guessed", () => {
    expect(describeTiming(timing(recorded({ listed: 99, shown: 99, withdrawn: 99, deleted: 99 })))).toContain(
      "no arrival seen: record for longer",
    );
  });

  test("is played by the benchmark with the same delays", () => {
    for (const sight of recorded({ listed: 10, shown: 12, withdrawn: 30, deleted: 35 })) append(file, sight);
    const [scenario] = recordedScenarios(file);
    expect(scenario).toMatchObject({ length: 3600 });
    expect(scenario?.lives.find(({ address }) => address === "10.0.0.2")).toMatchObject({
      interface: [720, Number.POSITIVE_INFINITY],
      listed: [600, Number.POSITIVE_INFINITY],
    });
    expect(scenario?.lives.find(({ address }) => address === "10.0.0.3")).toMatchObject({
      interface: [Number.NEGATIVE_INFINITY, 2100],
      listed: [Number.NEGATIVE_INFINITY, 1800],
      service: [Number.NEGATIVE_INFINITY, 2100],
    });
  });
});
