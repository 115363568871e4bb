import { type Ports, UnreadableCountersError } from "../../../lambda/alb-ip-sync/ports";
import { type Memory, newMemory, type Report, run } from "../../../lambda/alb-ip-sync/run";
import { addressOf } from "../../../operations/bench-sync/history";
import { settingsFor } from "../../../operations/bench-sync/invariants";
import { World } from "../../../operations/bench-sync/world";

const [A, B, C] = [addressOf(0), addressOf(1), addressOf(2)];
const settings = settingsFor([80, 443]);
const arns = settings.mappings.map(({ targetGroupArn }) => targetGroupArn);

/** A world with nodes that are targets already. */
function worldWith(...addresses: string[]): World {
  const world = new World([80, 443]);
  for (const address of addresses) {
    world.interfaces.add(address);
    world.listed.add(address);
    for (const targets of world.groups) targets.set(address, { state: "healthy", since: 0 });
  }
  return world;
}

async function minutePasses(
  world: World,
  memory: Memory,
  ports: Partial<Ports> = {},
  changes: Partial<typeof settings> = {},
): Promise<Report> {
  world.nextMinute();
  return run({ ...world.ports(arns), ...ports }, { ...settings, ...changes }, memory);
}

const serving = (world: World, group = 0): string[] =>
  [...(world.groups[group] ?? [])].filter(([, { state }]) => state !== "draining").map(([address]) => address);
const sourcesOf = (report: Report): string[] => report.failures.map(({ source }) => source);

test("an empty group is filled in the first run", async () => {
  const world = worldWith();
  for (const address of [A, B]) world.interfaces.add(address);
  world.listed.add(A);
  const report = await minutePasses(world, newMemory(0));
  expect(report.failures).toEqual([]);
  expect(report.mappings.map(({ registered }) => registered.map(({ port }) => port))).toEqual([
    [80, 80],
    [443, 443],
  ]);
  expect(serving(world).sort()).toEqual([A, B]);
});

test("a steady run makes one call for each target group and one more", async () => {
  const world = worldWith(A, B);
  const memory = newMemory(0);
  await minutePasses(world, memory);
  const before = world.awsCalls;
  await minutePasses(world, memory);
  expect(world.awsCalls - before).toBe(3);
});

test("a live node that EC2 forgets to name is kept while DNS lists it", async () => {
  const world = worldWith(A, B, C);
  const memory = newMemory(0);
  const forgetful = { albAddresses: async () => [A, B] };
  for (let minute = 1; minute <= 3; minute++) {
    const report = await minutePasses(world, memory, forgetful);
    expect(report.mappings[0]?.decisions).toContainEqual({
      action: "keep",
      reason: "dns-still-lists",
      address: C,
      port: 80,
    });
  }
  await minutePasses(world, memory);
  expect(serving(world)).toEqual([A, B, C]);
});

test("the allowance survives a new execution environment, because it is in the store", async () => {
  const world = worldWith(A, B, C);
  world.interfaces.delete(C);
  for (let minute = 1; minute <= 4; minute++) {
    expect(serving(world)).toContain(C);
    await minutePasses(world, newMemory(world.minute * 60_000));
  }
  expect(serving(world)).toEqual([A, B]);
});

test("a stranger's address goes at once, though DNS still lists it", async () => {
  const world = worldWith(A, B);
  world.interfaces.delete(B);
  world.strangers.add(B);
  await minutePasses(world, newMemory(0));
  expect(serving(world)).toEqual([A]);
});

test("all nodes replaced: the new ones come and the old ones go in one run", async () => {
  const world = worldWith(A);
  for (const set of [world.interfaces, world.listed]) {
    set.delete(A);
    set.add(B);
  }
  await minutePasses(world, newMemory(0));
  expect(serving(world)).toEqual([B]);
});

test("DNS that lists none of the ALB's addresses is no witness of absence", async () => {
  const world = worldWith(A, B, C);
  world.interfaces.delete(B);
  world.interfaces.delete(C);
  const report = await minutePasses(world, newMemory(0), { resolve: async () => ["192.0.2.1"] });
  expect(report.notices).toHaveLength(1);
  // One witness alone: half of three, rounded down.
  expect(serving(world)).toEqual([A, C]);
});

describe("more nodes than one DNS answer holds", () => {
  const nodes = Array.from({ length: 10 }, (_, node) => addressOf(node));
  const gone = addressOf(99);
  const answering = (...answers: string[][]) => {
    let asked = 0;
    return { resolve: async () => answers[asked++ % answers.length] ?? [] };
  };
  const worldWithGone = () => {
    const world = worldWith(...nodes, gone);
    world.interfaces.delete(gone);
    return world;
  };
  const reasonFor = (report: Report) => report.mappings[0]?.decisions.find(({ address }) => address === gone)?.reason;

  test("answers that together hold every live address prove that another is not listed", async () => {
    const report = await minutePasses(worldWithGone(), newMemory(0), answering(nodes.slice(0, 8), nodes.slice(2)));
    expect(reasonFor(report)).toBe("gone-from-both");
  });

  test("a resolver that repeats one full answer proves nothing", async () => {
    const report = await minutePasses(worldWithGone(), newMemory(0), answering(nodes.slice(0, 8)));
    expect(reasonFor(report)).toBe("gone-from-interfaces");
    expect(report.failures).toEqual([]);
  });

  test("a later answer may still list the address", async () => {
    const report = await minutePasses(
      worldWithGone(),
      newMemory(0),
      answering(nodes.slice(0, 8), [gone, ...nodes.slice(0, 7)]),
    );
    expect(reasonFor(report)).toBe("dns-still-lists");
  });

  test("without an address in doubt, one query is enough", async () => {
    const world = worldWith(...nodes);
    await minutePasses(world, newMemory(0));
    expect(world.dnsQueries).toBe(1);
  });
});

test("an allowance that is no longer needed is cleared from the store", async () => {
  const world = worldWith(A, B);
  world.interfaces.delete(B);
  const memory = newMemory(0);
  await minutePasses(world, memory);
  world.interfaces.add(B);
  await minutePasses(world, memory);
  expect((await world.ports(arns).readCounters()).counters.size).toBe(0);
});

describe("counters that cannot be kept", () => {
  test("unreadable ones are raised and replaced, and block no registration", async () => {
    const world = worldWith(A);
    world.interfaces.add(B);
    const writes: [number, string | undefined][] = [];
    const report = await minutePasses(world, newMemory(0), {
      readCounters: async () => {
        throw new UnreadableCountersError("not JSON", "revision 7");
      },
      writeCounters: async (counters, revision) => {
        writes.push([counters.size, revision]);
      },
    });
    expect(sourcesOf(report)).toEqual(["counters"]);
    expect(writes).toEqual([[0, "revision 7"]]);
    expect(serving(world)).toEqual([A, B]);
  });

  test("a store that is always down does not keep a target for ever", async () => {
    const world = worldWith(A, B, C);
    world.interfaces.delete(C);
    const memory = newMemory(0);
    const down = {
      readCounters: () => Promise.reject(new Error("down")),
      writeCounters: () => Promise.reject(new Error("down")),
    };
    for (let minute = 1; minute <= 4; minute++) {
      expect(sourcesOf(await minutePasses(world, memory, down))).toEqual(["counters"]);
    }
    expect(serving(world)).toEqual([A, B]);
  });

  test("a run that finds another run's write says so and does not fail", async () => {
    const world = worldWith(A, B, C);
    world.interfaces.delete(C);
    world.faults = { writeState: "another run was faster" };
    const report = await minutePasses(world, newMemory(0));
    expect(report.failures).toEqual([]);
    expect(report.notices.join()).toContain("ConcurrentRunError");
  });
});

test("one mapping that cannot be read or changed does not hold up the others", async () => {
  const world = worldWith(A);
  world.interfaces.add(B);
  world.faults = { unreadableGroups: [0] };
  const report = await minutePasses(world, newMemory(0));
  expect(report.failures).toEqual([
    { source: "targets", targetGroupArn: "group-80", message: "Error: ThrottlingException" },
  ]);
  expect([serving(world, 0), serving(world, 1)]).toEqual([[A], [A, B]]);
});

test("a target that AWS rejects is named, the others are registered", async () => {
  const world = worldWith(A);
  for (const address of [B, C]) world.interfaces.add(address);
  world.faults = { register: "rejects one" };
  const report = await minutePasses(world, newMemory(0));
  expect(report.failures.map(({ message }) => message)).toEqual([
    `${B} port 80: InvalidTarget`,
    `${B} port 443: InvalidTarget`,
  ]);
  expect(serving(world)).toEqual([A, C]);
});

test("capacity is added before it is removed", async () => {
  const world = worldWith(A);
  world.interfaces.add(B).delete(A);
  world.listed.add(B).delete(A);
  await minutePasses(world, newMemory(0));
  expect(world.changes.filter(({ group }) => group === 0).map(({ action }) => action)).toEqual([
    "register",
    "deregister",
  ]);
});

test("a dry run decides and changes nothing, the counters included", async () => {
  const world = worldWith(A, B);
  world.interfaces.add(C).delete(B);
  const memory = newMemory(0);
  let report: Report | undefined;
  for (let minute = 1; minute <= 4; minute++) report = await minutePasses(world, memory, {}, { dryRun: true });
  expect(report?.mappings[0]?.decisions.map(({ action, address }) => [action, address])).toEqual([
    ["keep", A],
    ["deregister", B],
    ["register", C],
  ]);
  expect(world.changes).toEqual([]);
  expect(world.awsCalls).toBe(4 * 4);
});

test("IPv6 target groups get the IPv6 addresses", async () => {
  const both = settings.mappings.map((mapping, index) => ({
    ...mapping,
    ipAddressType: index === 0 ? ("ipv4" as const) : ("ipv6" as const),
  }));
  const world = worldWith();
  const report = await minutePasses(
    world,
    newMemory(0),
    {
      albAddresses: async () => [A, "2001:db8::5"],
      resolve: async (family) => (family === "ipv6" ? ["2001:db8::5"] : [A]),
    },
    { mappings: both },
  );
  expect(report.failures).toEqual([]);
  expect([serving(world, 0), serving(world, 1)]).toEqual([[A], ["2001:db8::5"]]);
});

test("numbers for metrics: wanted, registered, healthy, drift, age of the last success", async () => {
  const world = worldWith(A, B);
  const memory = newMemory(0);
  await minutePasses(world, memory);
  world.interfaces.add(C);
  world.faults = { interfaces: "fails" };
  await minutePasses(world, memory);
  const failed = await minutePasses(world, memory);
  expect(failed.secondsSinceLastSuccess).toBe(120);
  expect(failed.mappings[0]).toMatchObject({ targetsWanted: undefined, targetsRegistered: 2, driftSeconds: 120 });
  world.faults = {};
  expect((await minutePasses(world, memory)).mappings[0]).toMatchObject({
    targetsWanted: 3,
    targetsRegistered: 2,
    targetsHealthy: 2,
    driftSeconds: 180,
    registered: [{ address: C, port: 80 }],
  });
  expect((await minutePasses(world, memory)).mappings[0]).toMatchObject({ targetsRegistered: 3, driftSeconds: 0 });
});
