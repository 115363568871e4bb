import { countsOf } from "../../../proof/rehearse/recorded";
import type { Report } from "../../../proof/rehearse/report";
import { reliabilityPage } from "../../../upkeep/generate/counts";

test("a rehearsal is counted: resources, what was answered, checks that passed", () => {
  const check = (status: "pass" | "fail" | "not applicable") => ({ item: status, status, saw: "" });
  const report: Report = {
    stacks: [
      { id: "network-dev", resources: 30, seconds: {}, ended: {} },
      { id: "data-dev", resources: 12, seconds: {}, ended: {} },
      { id: "compute-dev", seconds: {}, ended: {} },
    ],
    checks: [
      { title: "a", checks: [check("pass"), check("not applicable")] },
      { title: "b", checks: [check("pass")] },
    ],
    replacements: [],
    asDeployed: [],
    seconds: 1,
    answered: { operations: 200, calls: 4000 },
  };
  expect(countsOf(report)).toEqual({ resources: 42, operations: 200, calls: 4000, checks: 2 });
});

test("the reliability page has today's counts", () => {
  expect(reliabilityPage()).toMatch(/\| \d+: \d+ documented, \d+ reported, \d+ inferred \|/);
  expect(reliabilityPage()).toMatch(/Option values of environments that a rehearsal exercises \| \d+ of \d+/);
});
