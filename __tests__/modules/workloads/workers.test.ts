import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const stacks = (worker: Block = {}, overrides: Block = {}) =>
  synthesizeEnvironment({
    workers: { orders: { queue: { create: {} }, scale: { secondsPerMessage: 0.25, to: 2 }, ...worker } },
    ...overrides,
  });
const compute = (worker: Block = {}, overrides: Block = {}) => stacks(worker, overrides)("compute");
const actions = (stack: ReturnType<typeof compute>, part: string): string[] =>
  Object.entries(stack.data.aws_iam_policy_document ?? {})
    .filter(([name]) => name.startsWith(part))
    .flatMap(([, document]) => (document.statement as Block[]).flatMap((statement) => statement.actions));
const queueArn = "arn:aws:sqs:eu-central-1:111122223333:incoming";

test("a queue that is created has a dead-letter queue for it alone, the environment's key, and TLS", () => {
  const stack = compute();
  const queues = resources(stack, "aws_sqs_queue");
  expect(queues.map(({ name }) => name).sort()).toEqual([
    "private-app-test-worker-orders",
    "private-app-test-worker-orders-dead",
  ]);
  for (const { kms_master_key_id } of queues) expect(kms_master_key_id).toContain("aws_kms_key");
  const queue = queues.find(({ name }) => name.endsWith("orders"));
  expect(queue).toMatchObject({
    visibility_timeout_seconds: 60,
    redrive_policy: expect.stringMatching(/dead-letter-queue.*"maxReceiveCount" = 5/),
  });
  expect(only(stack, "aws_sqs_queue_redrive_allow_policy").redrive_allow_policy).toMatch(
    /byQueue.*worker-orders_queue_/,
  );
  expect(resources(stack, "aws_sqs_queue_policy")).toHaveLength(2);
});

test("secrets, permissions and sidecars are the worker's own: roles, containers and endpoints", () => {
  const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:team/key-AbCdEf";
  const image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/otel:1";
  const options = {
    secrets: { KEY: { secretsManager: secret, jsonKey: "key" } },
    permissions: { Table: { use: "dynamodb-read", of: "arn:aws:dynamodb:eu-central-1:111122223333:table/orders" } },
    sidecars: {
      otel: { image, memoryMib: 64, startsBefore: ["app"], secrets: { TOKEN: { parameter: "/team/token" } } },
    },
  };
  const all = stacks(options, { network: { cidr: "10.20.0.0/16", natGateways: "none" } });
  const stack = all("compute");
  const tasks = resources(stack, "aws_ecs_task_definition");
  const worker = tasks.find(({ family }) => family.endsWith("worker-orders"))?.container_definitions;
  expect(worker).toContain(`"valueFrom" = "${secret}:key::"`);
  expect(worker).toContain('"name" = "otel"');
  expect(worker).toContain('"dependsOn" = [{"containerName" = "otel", "condition" = "START"}]');
  const own = (part: string) => actions(stack, `worker-orders_task_${part}`);
  expect(own("execution-role")).toEqual(
    expect.arrayContaining(["secretsmanager:GetSecretValue", "ssm:GetParameters", "ecr:BatchGetImage"]),
  );
  expect(own("permissions")).toContain("dynamodb:GetItem");
  const application = tasks.find(({ family }) => family.endsWith("-app"))?.container_definitions;
  expect(application).not.toContain(secret);
  expect(actions(stack, "application-task")).not.toContain("dynamodb:GetItem");
  const endpoints = resources(all("network"), "aws_vpc_endpoint").map(({ service_name }) => service_name);
  expect(endpoints.join()).toMatch(/dynamodb.*|ssm/);
  expect(endpoints.filter((name) => /\.(dynamodb|ssm)$/.test(name))).toHaveLength(2);
});

test("first in, first out: both queues have AWS's ending", () => {
  const names = resources(compute({ queue: { create: { fifo: true } } }), "aws_sqs_queue").map(({ name }) => name);
  expect(names.sort()).toEqual(["private-app-test-worker-orders-dead.fifo", "private-app-test-worker-orders.fifo"]);
});

test("a worker runs without a load balancer, receives from its queue, and cannot send", () => {
  const stack = compute();
  const service = resources(stack, "aws_ecs_service").find(({ name }) => name.endsWith("worker-orders"));
  expect(service?.load_balancer).toBeUndefined();
  expect(actions(stack, "worker-orders_task_task-policy")).toContain("sqs:ReceiveMessage");
  expect(actions(stack, "worker-orders_task_task-policy")).not.toContain("sqs:SendMessage");
});

test("senders, and no one else, may send, and know the queue's address", () => {
  const jobs = { nightly: { command: ["report"] } };
  const stack = compute({ queue: { create: { senders: ["nightly"] } } }, { jobs });
  expect(actions(stack, "job-nightly_task_task-policy")).toContain("sqs:SendMessage");
  expect(actions(stack, "application-task_task-policy")).not.toContain("sqs:SendMessage");
  const definitions = resources(stack, "aws_ecs_task_definition");
  const senders = definitions.filter(({ container_definitions: all }) => all.includes("QUEUE_URL_ORDERS"));
  expect(senders.map(({ family }) => family)).toEqual(["private-app-test-job-nightly"]);
});

test("a queue that exists is used as it is, with its own key", () => {
  const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012";
  const stack = compute({ queue: { arn: queueArn, kmsKeyArn } });
  expect(stack.resource.aws_sqs_queue).toBeUndefined();
  expect(JSON.stringify(stack.resource.aws_ecs_task_definition)).toContain(
    "https://sqs.eu-central-1.amazonaws.com/111122223333/incoming",
  );
  expect(JSON.stringify(stack.data.aws_iam_policy_document)).toContain(kmsKeyArn);
});

test("it scales by the messages before each task: as many as it works off within the acceptable latency", () => {
  const stack = compute();
  const policy = resources(stack, "aws_appautoscaling_policy").find(({ name }) => name === "backlog-per-task");
  const { customized_metric_specification, target_value } = policy?.target_tracking_scaling_policy_configuration ?? {};
  expect(target_value).toBe(600 / 0.25);
  const metrics = customized_metric_specification.metrics as Block[];
  expect(metrics.map(({ id }) => id)).toEqual(["visible", "inFlight", "tasks", "backlogPerTask"]);
  expect(metrics.at(-1)?.expression).toBe("(visible + inFlight) / IF(FILL(tasks, 0) < 1, 1, FILL(tasks, 0))");
});

test("without a task the first message starts one", () => {
  const scale = { from: 0, secondsPerMessage: 1, to: 2 };
  const stack = compute({ scale });
  expect(resources(stack, "aws_appautoscaling_target").map(({ min_capacity }) => min_capacity)).toContain(0);
  const alarm = only(stack, "aws_cloudwatch_metric_alarm");
  expect(alarm.alarm_actions).toEqual([expect.stringMatching(/aws_appautoscaling_policy.*first-task/)]);
  expect((alarm.metric_query as Block[]).at(-1)?.expression).toBe("IF(FILL(tasks, 0) < 1, visible + inFlight, 0)");
  expect(resources(compute(), "aws_appautoscaling_policy")).toHaveLength(2);
});

test("alarms: messages that wait too long, dead letters, missing tasks", () => {
  const alarms = resources(stacks()("privatelink-service"), "aws_cloudwatch_metric_alarm")
    .map(({ alarm_name }) => String(alarm_name).replace("private-app-test-", ""))
    .filter((name) => name.startsWith("worker-"));
  expect(alarms.sort()).toEqual(["worker-dead-letters-orders", "worker-latency-orders", "worker-missing-tasks-orders"]);
});

test("without NAT there is an endpoint of SQS", () => {
  const services = (network: Block) =>
    resources(stacks({}, { network })("network"), "aws_vpc_endpoint").map(({ service_name }) => service_name);
  expect(services({ cidr: "10.20.0.0/16", natGateways: "none" })).toContain("com.amazonaws.eu-central-1.sqs");
  expect(services({ cidr: "10.20.0.0/16" })).not.toContain("com.amazonaws.eu-central-1.sqs");
});
