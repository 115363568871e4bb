import { readFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import {
  compareRandom,
  compareSituations,
  compareTimings,
  timesMore,
  whereBehind,
} from "../../proof/bench-sync/compare";
import { OURS, REFERENCE_1, REFERENCE_2 } from "../../proof/bench-sync/competitors";
import { page, type Results } from "../../proof/bench-sync/report";

let results: Results;
beforeAll(async () => {
  results = {
    situations: await compareSituations(),
    timings: await compareTimings(),
    random: await compareRandom(),
  };
}, 900_000);

const called = (part: string) => {
  const found = results.situations.find(({ name }) => name.includes(part));
  if (!found) throw new Error(`no situation ${part}`);
  return found.scores;
};

test("no live target is removed in any situation, timing or random hour", () => {
  const all = [...results.situations, ...results.timings, results.random];
  expect(all.filter(({ scores }) => scores[OURS.name]?.liveRemoved !== 0)).toEqual([]);
});

test("in every timing of interfaces against DNS it is at least as good as the best, within 5 %", () => {
  expect(results.timings.map((each) => [each.name, whereBehind(each)]).filter(([, behind]) => behind?.length)).toEqual(
    [],
  );
});

test("over random hours there are at least eight times fewer minutes of missing or dead targets", () => {
  expect(timesMore(results.random, REFERENCE_1)).toBeGreaterThanOrEqual(8);
});

test("the reference behaves as its replay showed", () => {
  expect(called("1 of 6 nodes")[REFERENCE_2.name]?.liveRemoved).toBe(5);
  expect(called("exactly 8 nodes")[REFERENCE_2.name]?.dnsQueries).toBe((50 + 5) * 60);
  expect(called("returns")[REFERENCE_2.name]?.missing).toBeGreaterThan(
    called("returns")[REFERENCE_1.name]?.missing ?? 0,
  );
  expect(called("state unreadable")[REFERENCE_1.name]?.dead).toBeGreaterThan(50);
});

test("where nothing happens there are fewer AWS calls", () => {
  expect(called("nothing happens, 3 nodes")[OURS.name]?.awsCalls).toBe(2 * 60);
  expect(called("exactly 8 nodes")[OURS.name]?.awsCalls).toBe(3 * 60);
});

test("the page in docs/ holds these numbers (if not: npx ecs-privatelink bench-sync)", () => {
  expect(readFileSync(projectPath("docs/ip-sync-benchmark.md"), "utf8")).toBe(page(results, "ip-sync-benchmark.svg"));
});
