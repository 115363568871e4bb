import { readFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import { type Comparison, compareAll } from "../../operations/bench-sync/compare";
import { page, wrongOrMissing } from "../../operations/bench-sync/report";

let comparisons: readonly Comparison[];
beforeAll(async () => {
  comparisons = await compareAll();
}, 60_000);

function called(part: string): Comparison {
  const found = comparisons.find(({ name }) => name.includes(part));
  if (!found) throw new Error(`no situation ${part}`);
  return found;
}

test("no live target is removed in any situation", () => {
  expect(comparisons.filter(({ ours }) => ours.liveRemoved > 0)).toEqual([]);
});

test("the reference behaves as its replay showed", () => {
  expect(called("1 of 6 nodes").reference.liveRemoved).toBe(5);
  expect(called("exactly 8 nodes").reference.dnsQueries).toBe(50 * 60);
  expect(called("returns").reference.missingMinutes).toBeGreaterThan(0);
  expect(called("state unreadable").reference.wrongMinutes).toBe(55);
});

test("over random hours there are at least ten times fewer minutes of wrong or missing targets", () => {
  const { ours, reference } = called("random hours");
  expect(wrongOrMissing(reference)).toBeGreaterThanOrEqual(10 * wrongOrMissing(ours));
});

test("where nothing happens there are fewer AWS calls", () => {
  for (const situation of ["3 nodes", "exactly 8 nodes"]) {
    const { ours, reference } = called(`nothing happens, ${situation}`);
    expect(ours.awsCalls).toBeLessThan(reference.awsCalls);
    expect(ours.awsCalls).toBe(2 * 60);
  }
});

test("the page in docs/ holds these numbers (if not: npm run bench:sync)", () => {
  expect(readFileSync(projectPath("docs/ip-sync-benchmark.md"), "utf8")).toBe(
    page(comparisons, "ip-sync-benchmark.svg"),
  );
});
