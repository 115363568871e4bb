import { isGood, type Report, renderReport } from "../../../proof/rehearse/report";

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

checks  passed  failed  not applicable
Verify       1       0               0

The rehearsed JSON is identical to the JSON that you deploy`);
});

test("the longest waits are told, with how much of the rehearsal was waiting", () => {
  const wait = (seconds: number, ended: number, type: string) => ({
    ...{ stack: "data-dev", phase: "apply", address: `${type}.name`, seconds },
    ended: ended * 1000,
  });
  // From 20 to 100 and from 60 to 120: 100 seconds in which one of them waits; then 30 more.
  const waits = [wait(80, 100, "aws_db_instance"), wait(60, 120, "aws_lb"), wait(30, 200, "aws_ecs_service")];
  expect(renderReport({ ...good, waits })).toContain(`\
longest waits  phase  resource          s
data-dev       apply  aws_db_instance  80
data-dev       apply  aws_lb           60
data-dev       apply  aws_ecs_service  30
at least one of these waits: 2 min 10 s; everything else: 2 min 50 s`);
});

test("a quick rehearsal says what was only planned, and what was left out", () => {
  const [network] = good.stacks;
  const planned = { id: "data-dev", seconds: {}, ended: {}, planned: true } as const;
  const report = { ...good, stacks: [...(network ? [network] : []), planned], leftOut: ["verify", "data load"] };
  const lines = renderReport(report).split("\n");
  expect(lines[2]).toMatch(/^data-dev +– .*planned with AWS mocked$/);
  expect(lines).toContain("left out: verify, data load");
  expect(isGood(report)).toBe(true);
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
  expect(renderReport(report)).toContain("✖ Verify: VPC\n    saw: none\n    next: deploy it");
});

test("a stack that could not be destroyed fails", () => {
  const report = { ...good, stacks: [{ id: "data-dev", resources: 9, seconds, ended: {}, destroyed: false }] };
  expect(isGood(report)).toBe(false);
  expect(renderReport(report)).toContain("applied, NOT DESTROYED");
});

test("what was replaced by what, and why, is told", () => {
  const replacements = [{ what: "application.image.build", by: "application.image.uri", why: "no engine answers" }];
  expect(renderReport({ ...good, asDeployed: ["network-dev"], replacements })).toContain(
    "except data-dev:\n  application.image.build was replaced with application.image.uri (no engine answers)",
  );
});
