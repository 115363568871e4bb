import { isGood, type Report, renderReport } from "../../../operations/rehearse/report";

const seconds = { init: 2, plan: 4, apply: 22, "second plan": 5, destroy: 16 };
const good: Report = {
  stacks: [
    { id: "network-dev", resources: 32, seconds, ended: {}, secondPlan: [], destroyed: true },
    { id: "data-dev", resources: 9, seconds: { ...seconds, apply: 101.4 }, ended: {}, secondPlan: [], destroyed: true },
  ],
  checks: [{ title: "Verify", checks: [{ item: "VPC", status: "pass", saw: "vpc-1" }] }],
  replacements: [],
  asDeployed: ["network-dev", "data-dev"],
  seconds: 300,
};

test("a good rehearsal is a table, counts, and where the JSON comes from", () => {
  expect(isGood(good)).toBe(true);
  expect(renderReport(good)).toBe(`\
stack        resources  init s  plan s  apply s  2nd plan s  destroy s  verdict
network-dev         32       2       4       22           5         16  applied, second plan empty, destroyed
data-dev             9       2       4      101           5         16  applied, second plan empty, destroyed

Verify: 1 passed, 0 failed

Terraform JSON: of every stack, byte for byte, what is deployed`);
});

test("a second plan that is not empty fails, and says what would change", () => {
  const report = {
    ...good,
    stacks: [{ id: "data-dev", resources: 9, seconds, ended: {}, secondPlan: ["update aws_lb.alb"] }],
  };
  expect(isGood(report)).toBe(false);
  expect(renderReport(report)).toContain("data-dev: applying again would change\n  update aws_lb.alb");
});

test("a failed check fails, and comes with what was seen and what to do", () => {
  const checks = [{ item: "VPC", status: "fail", saw: "none", next: "deploy it" } as const];
  const report = { ...good, checks: [{ title: "Verify", checks }] };
  expect(isGood(report)).toBe(false);
  expect(renderReport(report)).toContain("Verify: 0 passed, 1 failed\n  ✖ VPC\n    saw: none\n    next: deploy it");
});

test("a stack that could not be destroyed fails", () => {
  const report = { ...good, stacks: [{ id: "data-dev", resources: 9, seconds, ended: {}, destroyed: false }] };
  expect(isGood(report)).toBe(false);
  expect(renderReport(report)).toContain("applied, NOT DESTROYED");
});

test("what was replaced by what, and why, is told", () => {
  const replacements = [{ what: "application.image.build", by: "application.image.uri", why: "no engine answers" }];
  expect(renderReport({ ...good, asDeployed: ["network-dev"], replacements })).toContain(
    "except data-dev\n  replaced: application.image.build by application.image.uri, because no engine answers",
  );
});
