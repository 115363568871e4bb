import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const stacks = (job: Block = {}, overrides: Block = {}) =>
  synthesizeEnvironment({ jobs: { nightly: { command: ["node", "report.mjs"], ...job } }, ...overrides });
const compute = (job: Block = {}, overrides: Block = {}) => stacks(job, overrides)("compute");
const statements = (stack: ReturnType<typeof compute>, part: string): Block[] =>
  Object.entries(stack.data.aws_iam_policy_document ?? {})
    .filter(([name]) => name.startsWith(`job-nightly_${part}`))
    .flatMap(([, document]) => document.statement as Block[]);
const scheduled = { schedule: "cron(0 3 * * ? *)", timeoutMinutes: 30, retries: 2 };

test("a job on demand: a task with roles, log and security group of its own, and how to run it", () => {
  const stack = compute();
  const definition = resources(stack, "aws_ecs_task_definition").find(({ family }) => family.endsWith("job-nightly"));
  expect(definition?.container_definitions).toContain("report.mjs");
  expect(stack.output.jobs?.value.nightly).toMatchObject({ timeoutMinutes: 60, logStreamPrefix: "task" });
  expect(stack.resource.aws_sfn_state_machine).toBeUndefined();
  expect(stack.resource.aws_scheduler_schedule_group).toBeUndefined();
});

test("it reaches what it uses, and gets no secret and no right for anything else", () => {
  const without = compute();
  expect(statements(without, "task_execution-role").map(({ sid }) => sid)).not.toContain("ReadSecret");
  expect(statements(without, "task_task-policy")).toEqual([]);
  const rules = (stack: ReturnType<typeof compute>) =>
    resources(stack, "aws_vpc_security_group_egress_rule").map(({ description }) => description);
  expect(rules(without).filter((each) => each.includes("nightly"))).toEqual([]);

  const all = compute({ uses: ["database", "fileSystem", "staticAssets"] });
  expect(statements(all, "task_execution-role").map(({ sid }) => sid)).toContain("ReadSecret");
  expect(statements(all, "task_task-policy").map(({ sid }) => sid)).toEqual([
    "MountFileSystem",
    "ListStaticAssets",
    "ReadStaticAssets",
    "DecryptStaticAssets",
  ]);
  expect(rules(all).filter((each) => each.includes("nightly"))).toEqual([
    "job nightly to the database",
    "job nightly to the file system",
  ]);
});

test("a schedule starts a state machine that stops a run which takes too long, and repeats one that failed", () => {
  const stack = compute(scheduled);
  expect(only(stack, "aws_scheduler_schedule")).toMatchObject({
    schedule_expression: "cron(0 3 * * ? *)",
    schedule_expression_timezone: "UTC",
    target: { arn: expect.stringMatching(/aws_sfn_state_machine/), role_arn: expect.stringMatching(/schedule_role/) },
  });
  const { definition } = only(stack, "aws_sfn_state_machine");
  expect(definition).toContain('"TimeoutSeconds" = 1800');
  expect(definition).toContain('"MaxAttempts" = 2');
  expect(definition).toContain("aws-sdk:ecs:stopTask");
});

test("the schedule's role starts this state machine alone; the state machine's runs this task in this cluster alone", () => {
  const stack = compute(scheduled);
  const schedule = statements(stack, "schedule_policy");
  expect(schedule.map(({ actions }) => actions)).toEqual([["states:StartExecution"]]);
  const runs = statements(stack, "runs_policy");
  expect(runs.find(({ sid }) => sid === "PassTaskRoles")?.resources).toEqual([
    expect.stringMatching(/aws_iam_role\.job-nightly_task_task-role/),
    expect.stringMatching(/aws_iam_role\.job-nightly_task_execution-role/),
  ]);
  expect(runs.find(({ sid }) => sid === "RunTask")?.condition[0].variable).toBe("ecs:cluster");
  const onEverything = runs.filter(({ resources: on }) => on.includes("*"));
  expect(onEverything.map(({ actions }) => actions)).toEqual([["ecs:ListTasks"]]);
});

test("a run that fails fires an alarm, and so does one that is never started", () => {
  const alarms = resources(stacks(scheduled)("privatelink-service"), "aws_cloudwatch_metric_alarm").map(
    ({ alarm_name }) => alarm_name,
  );
  expect(alarms).toEqual(
    expect.arrayContaining(["private-app-test-job-failed-nightly", "private-app-test-job-not-started"]),
  );
});
