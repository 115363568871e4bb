import { type Ports, UnreadableHistoryError } from "../../../lambda/alb-ip-sync/ports";
import { look, type Memory, newMemory, type Report, run } from "../../../lambda/alb-ip-sync/run";
import { settingsFor } from "../../../proof/bench-sync/competitors";
import { ALWAYS, addressOf, type Fault, type Life, life, MINUTE, STEP } from "../../../proof/bench-sync/scenario";
import { World } from "../../../proof/bench-sync/world";

const [A, B, C] = [addressOf(0), addressOf(1), addressOf(2)];
const settings = settingsFor([80, 443]);
const arns = settings.mappings.map(({ targetGroupArn }) => targetGroupArn);
const START = Number.NEGATIVE_INFINITY;

const fault = (source: Fault["source"], from = 0) =>
  ({ during: [from, ALWAYS], fault: { source, how: "fails" } as Fault }) as const;

function worldOf(lives: readonly Life[], faults: readonly ReturnType<typeof fault>[] = []): World {
  return new World({ seed: 1, length: 3600, lives, faults }, [80, 443]);
}
const steps = (world: World, seconds: number): void => {
  for (let passed = 0; passed < seconds; passed += STEP) world.step();
};
/** A minute, then a run. */
async function minutePasses(
  world: World,
  memory: Memory,
  ports: Partial<Ports> = {},
  changes: Partial<typeof settings> = {},
): Promise<Report> {
  steps(world, MINUTE);
  return run({ ...world.ports(arns), ...ports }, { ...settings, ...changes }, memory);
}
const serving = (world: World, group = 0): string[] =>
  [...(world.groups[group] ?? [])].filter(([, { state }]) => state !== "draining").map(([address]) => address);
const sourcesOf = (report: Report): string[] => report.failures.map(({ source }) => source);

test("an empty group is filled in the first run, on the port of each listener", async () => {
  const world = worldOf([life(0), life(1, { listed: [ALWAYS, ALWAYS] })]);
  const report = await minutePasses(world, newMemory(0));
  expect(report.failures).toEqual([]);
  expect(report.mappings.map(({ registered }) => registered.map(({ port }) => port))).toEqual([
    [80, 80],
    [443, 443],
  ]);
  expect(serving(world)).toEqual([A, B]);
});

test("a steady run makes one call for each target group and one more, and looks make none", async () => {
  const world = worldOf([life(0), life(1)]);
  const memory = newMemory(0);
  await minutePasses(world, memory);
  await minutePasses(world, memory);
  const before = world.awsCalls;
  await minutePasses(world, memory);
  for (let looks = 1; looks <= 5; looks++) {
    steps(world, 10);
    expect(await look(world.ports(arns), settings, memory, looks === 3)).toBeUndefined();
  }
  expect(world.awsCalls - before).toBe(1 + arns.length);
});

describe("a look between two runs", () => {
  test("registers a node that DNS has begun to list", async () => {
    const world = worldOf([
      life(0),
      life(1, { listed: [130, ALWAYS], service: [130, ALWAYS], interface: [130, ALWAYS] }),
    ]);
    const memory = newMemory(0);
    await minutePasses(world, memory);
    await minutePasses(world, memory);
    steps(world, 10);
    const report = await look(world.ports(arns), settings, memory);
    expect(report?.mappings[0]?.registered).toEqual([{ address: B, port: 80 }]);
  });

  test("continues with what was in doubt, and removes a dead node when the health check has found it", async () => {
    const gone = { service: [START, 125], listed: [START, 125], interface: [START, 125] } as const;
    const world = worldOf([life(0), life(1), life(2, gone)]);
    const memory = newMemory(0);
    await minutePasses(world, memory);
    await minutePasses(world, memory);
    const seen: string[][] = [];
    for (let turn = 0; turn < 4; turn++) {
      steps(world, 10);
      await look(world.ports(arns), settings, memory);
      seen.push(serving(world));
    }
    expect(seen[0]).toContain(C);
    expect(seen.at(-1)).toEqual([A, B]);
  });

  test("is not the place to complain that DNS fails", async () => {
    const world = worldOf([life(0)], [fault("dns", 130)]);
    const memory = newMemory(0);
    await minutePasses(world, memory);
    await minutePasses(world, memory);
    steps(world, 10);
    expect(await look(world.ports(arns), settings, memory)).toBeUndefined();
  });

  test("asks EC2 halfway where DNS has more addresses than an answer holds", async () => {
    const lives = Array.from({ length: 12 }, (_, node) => life(node));
    const gone = { service: [START, 125], listed: [START, 125], interface: [START, 125] } as const;
    const world = worldOf([...lives, life(12, gone)]);
    const memory = newMemory(0);
    await minutePasses(world, memory);
    await minutePasses(world, memory);
    steps(world, 30);
    const report = await look(world.ports(arns), settings, memory, true);
    expect(report?.mappings[0]?.deregistered).toEqual([{ address: addressOf(12), port: 80 }]);
  });
});

test("what EC2 and DNS have said is in the store: a new execution environment continues with it", async () => {
  const gone = { service: [START, ALWAYS], listed: [START, 130], interface: [START, ALWAYS] } as const;
  const world = worldOf([life(0), life(1), life(2, gone)]);
  const counts: number[] = [];
  for (let minute = 1; minute <= 4; minute++) {
    await minutePasses(world, newMemory(world.time * 1000));
    counts.push(serving(world).length);
  }
  expect(counts).toEqual([3, 3, 3, 2]);
});

describe("a history that cannot be kept", () => {
  test("is raised and replaced when it cannot be understood, and blocks no registration", async () => {
    const world = worldOf([life(0), life(1)]);
    const writes: [number, string | undefined][] = [];
    const report = await minutePasses(world, newMemory(0), {
      readHistory: async () => {
        throw new UnreadableHistoryError("not JSON", "revision 7");
      },
      writeHistory: async (history, revision) => {
        writes.push([history.size, revision]);
        return "revision 8";
      },
    });
    expect(sourcesOf(report)).toEqual(["history"]);
    expect(writes).toEqual([[2, "revision 7"]]);
    expect(serving(world)).toEqual([A, B]);
  });

  test("does not keep a target for ever when its store is always down", async () => {
    const gone = { service: [START, 65], listed: [START, 65], interface: [START, 65] } as const;
    const world = worldOf([life(0), life(1), life(2, gone)], [fault("readState"), fault("writeState")]);
    const memory = newMemory(0);
    for (let minute = 1; minute <= 3; minute++)
      expect(sourcesOf(await minutePasses(world, memory))).toEqual(["history"]);
    expect(serving(world)).toEqual([A, B]);
  });

  test("says that another run has written it, and does not fail", async () => {
    const world = worldOf([life(0)]);
    await minutePasses(world, newMemory(0));
    const stale = { readHistory: async () => ({ history: new Map(), revision: "0" }) };
    const report = await minutePasses(world, newMemory(0), stale);
    expect(report.failures).toEqual([]);
    expect(report.notices.join()).toContain("ConcurrentRunError");
  });
});

test("a target group that cannot be read is filled all the same, and nothing is removed from it", async () => {
  const gone = { service: [START, 65], listed: [START, 65], interface: [START, 65] } as const;
  const world = worldOf([
    life(0, gone),
    life(1),
    life(2, { service: [65, ALWAYS], listed: [65, ALWAYS], interface: [65, ALWAYS] }),
  ]);
  const memory = newMemory(0);
  await minutePasses(world, memory);
  const blind = {
    targets: async (arn: string) => {
      if (arn === arns[0]) throw new Error("ThrottlingException");
      return world.targets(1);
    },
  };
  const report = await minutePasses(world, memory, blind);
  expect(report.failures).toEqual([
    { source: "targets", targetGroupArn: arns[0], message: "Error: ThrottlingException" },
  ]);
  expect([serving(world, 0), serving(world, 1)]).toEqual([
    [A, B, C],
    [B, C],
  ]);
});

test("a target that AWS rejects is named, the others are registered", async () => {
  const world = worldOf([life(0), life(1)]);
  const report = await minutePasses(world, newMemory(0), {
    register: async (_arn, targets) => ({
      done: targets.slice(1),
      failed: targets.slice(0, 1).map((each) => ({ ...each, error: "InvalidTarget" })),
    }),
  });
  expect(report.failures.map(({ message }) => message)).toEqual([
    `${A} port 80: InvalidTarget`,
    `${A} port 443: InvalidTarget`,
  ]);
  expect(report.mappings[0]?.registered).toEqual([{ address: B, port: 80 }]);
});

test("capacity is added before it is removed", async () => {
  const before = { service: [START, 61], listed: [START, 61], interface: [START, 61] } as const;
  const world = worldOf([
    life(0, before),
    life(1, { service: [115, ALWAYS], listed: [115, ALWAYS], interface: [115, ALWAYS] }),
  ]);
  const memory = newMemory(0);
  await minutePasses(world, memory);
  const order: string[] = [];
  const ports = world.ports(arns);
  await minutePasses(world, memory, {
    register: (...args) => order.push("register") && ports.register(...args),
    deregister: (...args) => order.push("deregister") && ports.deregister(...args),
  } as Partial<Ports>);
  expect(order.slice(0, 2).sort()).toEqual(["register", "register"]);
  expect(order.slice(2)).toEqual(["deregister", "deregister"]);
});

test("a dry run decides and changes nothing, the history in the store included", async () => {
  const world = worldOf([life(0)]);
  const memory = newMemory(0);
  const report = await minutePasses(world, memory, {}, { dryRun: true });
  expect(report.mappings[0]?.decisions.map(({ action, address }) => [action, address])).toEqual([["register", A]]);
  expect(serving(world)).toEqual([]);
  expect(world.awsCalls).toBe(3);
});

test("numbers for metrics: wanted, registered, healthy, drift, age of the last success", async () => {
  const late = { service: [130, ALWAYS], listed: [130, ALWAYS], interface: [130, ALWAYS] } as const;
  const world = worldOf([life(0), life(1), life(2, late)]);
  const memory = newMemory(0);
  await minutePasses(world, memory);
  await minutePasses(world, memory);
  const unreadable = { albAddresses: () => Promise.reject(new Error("RequestLimitExceeded")) };
  const failed = await minutePasses(world, memory, {
    ...unreadable,
    resolve: () => Promise.reject(new Error("ETIMEOUT")),
  });
  expect(failed.secondsSinceLastSuccess).toBe(60);
  expect(failed.mappings[0]).toMatchObject({ targetsWanted: undefined, targetsRegistered: 2, driftSeconds: 60 });
  expect((await minutePasses(world, memory)).mappings[0]).toMatchObject({
    targetsWanted: 3,
    targetsRegistered: 2,
    targetsHealthy: 2,
    driftSeconds: 120,
    registered: [{ address: C, port: 80 }],
  });
  expect((await minutePasses(world, memory)).mappings[0]).toMatchObject({ targetsRegistered: 3, driftSeconds: 0 });
});
