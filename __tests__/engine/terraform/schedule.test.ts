import fc from "fast-check";
import { schedule } from "../../../engine/terraform/schedule";
import { sortByDependency } from "../../../synth/stacks";
import { seed } from "../../lane";

const STACKS = [
  { id: "network", dependencies: [] },
  { id: "data", dependencies: ["network"] },
  { id: "compute", dependencies: ["network", "data"] },
  { id: "bucket", dependencies: [] },
];

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** Runs a schedule and tells in which order work began and ended. */
async function trace(
  nodes: readonly { id: string; dependencies: readonly string[] }[],
  options: Parameters<typeof schedule>[2],
  fails: (id: string) => boolean = () => false,
) {
  const events: string[] = [];
  let running = 0;
  let most = 0;
  const outcomes = schedule(
    nodes,
    async ({ id }) => {
      events.push(`+${id}`);
      most = Math.max(most, ++running);
      await tick();
      running--;
      events.push(`-${id}`);
      if (fails(id)) throw new Error(`${id} failed`);
    },
    options,
  );
  const statuses = await Promise.all([...outcomes].map(async ([id, outcome]) => [id, (await outcome).status]));
  return { events, most, statuses: Object.fromEntries(statuses) as Record<string, string> };
}

test("independent stacks run side by side, dependent ones one after the other", async () => {
  const { events } = await trace(STACKS, {});
  expect(events).toEqual(["+network", "+bucket", "-network", "+data", "-bucket", "-data", "+compute", "-compute"]);
});

test("destroying runs in reverse order", async () => {
  const { events } = await trace(STACKS, { reverse: true });
  expect(events.filter((event) => event.startsWith("+"))).toEqual(["+compute", "+bucket", "+data", "+network"]);
});

test("after a failure nothing new is begun, and what runs is left to end", async () => {
  const { statuses } = await trace(STACKS, {}, (id) => id === "network");
  expect(statuses).toEqual({ network: "failed", data: "skipped", compute: "skipped", bucket: "done" });
});

test("work may release what waits for it before it has ended", async () => {
  const events: string[] = [];
  const outcomes = schedule(
    [
      { id: "bucket", dependencies: [] },
      { id: "network", dependencies: ["bucket"] },
    ],
    async ({ id }, release) => {
      events.push(`+${id}`);
      release();
      await tick();
      events.push(`-${id}`);
    },
  );
  await Promise.all(outcomes.values());
  expect(events.slice(0, 2)).toEqual(["+bucket", "+network"]);
});

const graphs = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc
    .array(fc.array(fc.boolean(), { minLength: count, maxLength: count }), { minLength: count, maxLength: count })
    .map((edges) =>
      edges.map((row, index) => ({
        id: `s${index}`,
        dependencies: row.flatMap((edge, other) => (edge && other < index ? [`s${other}`] : [])),
      })),
    ),
);

test("in any graph each stack runs once, after all it needs, and never more at once than allowed", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer({ min: 1, max: 3 }), fc.boolean(), async (nodes, concurrency, reverse) => {
      const { events, most } = await trace(nodes, { concurrency, reverse });
      expect(most).toBeLessThanOrEqual(concurrency);
      expect(events).toHaveLength(nodes.length * 2);
      for (const { id, dependencies } of nodes) {
        for (const needed of dependencies) {
          const [first, second] = reverse ? [id, needed] : [needed, id];
          expect(events.indexOf(`-${first}`)).toBeLessThan(events.indexOf(`+${second}`));
        }
      }
    }),
    { numRuns: 100, seed },
  );
});

test("stacks are sorted so that each comes after those it needs", () => {
  expect(sortByDependency([...STACKS].reverse()).map(({ id }) => id)).toEqual(["bucket", "network", "data", "compute"]);
});

test("fails when stacks need each other in a circle", () => {
  const circle = [
    { id: "a", dependencies: ["b"] },
    { id: "b", dependencies: ["a"] },
  ];
  expect(() => sortByDependency(circle)).toThrow("circular dependency between stacks: a, b");
});
