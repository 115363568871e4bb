import { type Block, only, resources, synthesizeEnvironment } from "../../synth";

const stacks = (service: Block = {}, overrides: Block = {}) =>
  synthesizeEnvironment({
    services: {
      reports: {
        healthCheckPath: "/reports/health",
        expose: { priority: 20, pathPatterns: ["/reports/*"] },
        ...service,
      },
    },
    compute: { ec2: { maximumInstances: 20 }, loadBalancer: { listeners: [{ port: 80 }, { port: 8080 }] } },
    ...overrides,
  });
const compute = (service: Block = {}, overrides: Block = {}) => stacks(service, overrides)("compute");

test("requests go to it by path and host on every listener, everything else to the application", () => {
  const stack = compute({ expose: { priority: 20, pathPatterns: ["/reports/*"], hostNames: ["r.example.com"] } });
  const rules = resources(stack, "aws_lb_listener_rule");
  expect(rules).toHaveLength(2);
  for (const rule of rules) {
    expect(rule).toMatchObject({
      priority: 20,
      condition: [{ path_pattern: { values: ["/reports/*"] } }, { host_header: { values: ["r.example.com"] } }],
      action: [{ type: "forward", target_group_arn: expect.stringMatching(/service-reports_target-group/) }],
    });
  }
  const defaults = resources(stack, "aws_lb_listener").map(({ default_action: [action] }) => action.target_group_arn);
  expect(defaults.every((arn) => /load-balancer_target-group/.test(arn))).toBe(true);
});

test("it can be on some of the listeners", () => {
  const expose = { priority: 1, pathPatterns: ["/reports/*"], listenerPorts: [8080] };
  expect(only(compute({ expose }), "aws_lb_listener_rule").listener_arn).toContain("listener-8080");
});

test("it runs on Fargate beside an application on instances, and the other way round", () => {
  const placed = (stack: ReturnType<typeof compute>) =>
    ["-app", "-service-reports"].map((ending) => {
      const service = resources(stack, "aws_ecs_service").find(({ name }) => name.endsWith(ending));
      const definition = resources(stack, "aws_ecs_task_definition").find(({ family }) => family.endsWith(ending));
      return {
        needs: definition?.requires_compatibilities,
        providers: service?.capacity_provider_strategy.map((each: Block) => each.capacity_provider),
        spread: service?.ordered_placement_strategy?.length ?? 0,
      };
    });
  const ec2 = { needs: ["EC2"], providers: [expect.stringContaining("ec2-capacity_capacity-provider")], spread: 2 };
  const fargate = { needs: ["FARGATE"], providers: ["FARGATE"], spread: 0 };
  expect(placed(compute({ launchType: "FARGATE" }))).toEqual([ec2, fargate]);
  const kept = { launchType: "FARGATE", fargate: { keepInstances: true } };
  expect(placed(compute({ launchType: "EC2" }, { compute: kept }))).toEqual([fargate, ec2]);
});

test("it has its own target group with its own health check, and a name that fits and changes with the port", () => {
  const group = (service: Block) =>
    resources(compute(service), "aws_lb_target_group").find(({ name }) => !/-app-\d+$/.test(name));
  expect(group({})?.health_check.path).toBe("/reports/health");
  expect(group({})?.name.length).toBeLessThanOrEqual(32);
  expect(group({ containerPort: 3000 })?.name).not.toBe(group({})?.name);
});

test("the ALB speaks to its tasks as the file says: gRPC, TLS, sessions, a slow start", () => {
  const group = (route: Block) =>
    resources(compute({ route }), "aws_lb_target_group").find(({ name }) => !/-app-\d+$/.test(name));
  expect(group({ protocol: "GRPC" })).toMatchObject({ protocol_version: "GRPC", health_check: { matcher: "0" } });
  expect(group({ tls: true })).toMatchObject({
    protocol: "HTTPS",
    health_check: { protocol: "HTTPS", matcher: "200" },
  });
  expect(group({ stickinessSeconds: 60, slowStartSeconds: 30 })).toMatchObject({
    stickiness: { type: "lb_cookie", enabled: true, cookie_duration: 60 },
    slow_start: 30,
  });
  // A group that has to be replaced gets another name, so that the new one can be there first.
  const names = [{}, { tls: true }, { protocol: "HTTP2" }].map((route) => group(route)?.name);
  expect(new Set(names).size).toBe(3);
  expect(group({})).not.toHaveProperty("protocol_version");
});

test("only the ALB reaches its tasks, on their port, and they reach what it uses alone", () => {
  const stack = compute({ uses: ["database"] });
  const rules = [
    ...resources(stack, "aws_vpc_security_group_ingress_rule"),
    ...resources(stack, "aws_vpc_security_group_egress_rule"),
  ].filter(({ description }) => description.includes("service reports"));
  const descriptions = [...new Set(rules.map(({ description }) => description))].sort();
  expect(descriptions).toEqual([
    "Requests and health checks from the ALB to service reports",
    "service reports to the database",
  ]);
});

test("the service waits for the rules that lead to it, and for what its tasks need", () => {
  const service = resources(compute(), "aws_ecs_service").find(({ name }) => name.endsWith("service-reports"));
  const waits = [...(service?.depends_on ?? [])].join();
  expect(waits).toContain("aws_lb_listener_rule.service-reports_rule-80");
  expect(waits).toContain("aws_vpc_security_group_ingress_rule.service-reports_from-load-balancer");
});

test("alarms of its own: the NLB looks at the application's health alone", () => {
  const alarms = resources(stacks()("privatelink-service"), "aws_cloudwatch_metric_alarm")
    .map(({ alarm_name }) => String(alarm_name).replace("private-app-test-", ""))
    .filter((name) => name.startsWith("service-"));
  expect(alarms.sort()).toEqual([
    "service-5xx-reports",
    "service-healthy-hosts-reports",
    "service-missing-tasks-reports",
  ]);
});
