import { type Block, only, resources, type StackJson, synthesizeEnvironment } from "../../synth";
import { verifiedAndLimited } from "../verified-clients";

const service = (overrides: Block = {}) => synthesizeEnvironment(overrides)("privatelink-service");

const alarms = (stack: StackJson): Record<string, Block> =>
  Object.fromEntries(
    resources(stack, "aws_cloudwatch_metric_alarm").map((alarm) => [
      String(alarm.alarm_name).replace("private-app-test-", ""),
      alarm,
    ]),
  );

const document = (stack: StackJson, reference: string): Block[] => {
  const id = /aws_iam_policy_document\.([\w-]+)\.json/.exec(reference)?.[1] ?? "";
  return stack.data.aws_iam_policy_document?.[id]?.statement;
};

describe("notification topic", () => {
  test("is encrypted with a key that alarms and endpoint services may use", () => {
    const stack = service();
    const [key] = Object.keys(stack.resource.aws_kms_key ?? {});
    expect(only(stack, "aws_sns_topic").kms_master_key_id).toBe(`\${aws_kms_key.${key}.arn}`);
    const statements = document(stack, only(stack, "aws_kms_key").policy);
    expect(statements.find(({ sid }) => sid === "Publishers")).toMatchObject({
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com", "vpce.amazonaws.com"] }],
    });
    expect(only(stack, "aws_kms_key").enable_key_rotation).toBe(true);
  });

  test("takes messages from this account's alarms and endpoint services, over TLS", () => {
    const stack = service();
    const statements = document(stack, only(stack, "aws_sns_topic_policy").policy);
    expect(statements.find(({ sid }) => sid === "Publishers")?.condition).toEqual([
      { test: "StringEquals", variable: "aws:SourceAccount", values: ["111122223333"] },
    ]);
    expect(statements.find(({ effect }) => effect === "Deny")?.condition).toEqual([
      { test: "Bool", variable: "aws:SecureTransport", values: ["false"] },
    ]);
  });

  test("sends mail to every address given", () => {
    const stack = service({ observability: { alarmEmails: ["a@example.com", "b@example.com"] } });
    const subscriptions = resources(stack, "aws_sns_topic_subscription");
    expect(subscriptions.map(({ protocol, endpoint }) => [protocol, endpoint])).toEqual([
      ["email", "a@example.com"],
      ["email", "b@example.com"],
    ]);
  });
});

describe("alarms", () => {
  test("tell that a consumer is limited, and that limits by certificate see no certificate", () => {
    const limited = (limits: Block) =>
      service({
        acknowledge: { forgeableLimits: limits.header && "agreed with the consumers" },
        ...verifiedAndLimited({ requestsPerFiveMinutes: 100, ...limits }),
      });
    const bySubject = alarms(limited({ certificateSubject: "CN=acme" }));
    expect(bySubject["consumer-limited-acme"]).toMatchObject({
      namespace: "AWS/WAFV2",
      metric_name: "BlockedRequests",
      dimensions: { WebACL: "private-app-test-limits", Region: "eu-central-1", Rule: "limit-acme" },
      threshold: 1,
      treat_missing_data: "notBreaching",
    });
    expect(bySubject["consumers-unidentified"]?.dimensions.Rule).toBe("unidentified");
    const byHeader = alarms(limited({ header: { name: "x-consumer", value: "acme" }, action: "count" }));
    expect(byHeader["consumer-limited-acme"]?.metric_name).toBe("CountedRequests");
    expect(byHeader["consumers-unidentified"]).toBeUndefined();
  });

  test("tell the engineer on call the first command, and with runbookUrl where the entry is", () => {
    const runbookUrl = "https://wiki.example.com/alarms";
    expect(alarms(service())["alb-5xx"]?.alarm_description).toMatch(
      /First: aws logs tail \/private-app-test\/application --since 15m$/,
    );
    const linked = alarms(service({ observability: { runbookUrl } }));
    expect(linked["nlb-healthy-hosts-80-zone-1"]?.alarm_description).toMatch(
      /First: npx ecs-privatelink verify --env test\. Runbook: https:\/\/wiki\.example\.com\/alarms#nlb-healthy-hosts$/,
    );
    for (const { alarm_description } of Object.values(linked)) expect(alarm_description.length).toBeLessThan(1024);
  });

  test("cover every part of the path", () => {
    expect(Object.keys(alarms(service())).sort()).toEqual([
      "alb-5xx",
      "alb-healthy-hosts",
      "alb-latency",
      "backup-failed",
      "database-connections",
      "database-cpu",
      "database-free-storage",
      "ecs-capacity",
      "ecs-missing-tasks",
      "endpoint-resets",
      "file-system-io-limit",
      "nlb-blocked-flows",
      "nlb-healthy-hosts-80-zone-1",
      "nlb-healthy-hosts-80-zone-2",
      "nlb-healthy-hosts-80-zone-3",
      "nlb-port-allocation-errors",
      "sync-drift-80",
      "sync-errors",
      "sync-healthy-targets-80",
      "sync-refusals-80",
      "sync-success",
    ]);
  });

  test("tell the topic when they fire and when it is over", () => {
    const stack = service();
    const [topic] = Object.keys(stack.resource.aws_sns_topic ?? {});
    for (const alarm of Object.values(alarms(stack))) {
      expect(alarm.alarm_actions).toEqual([`\${aws_sns_topic.${topic}.arn}`]);
      expect(alarm.ok_actions).toEqual(alarm.alarm_actions);
      expect(alarm.alarm_description.length).toBeGreaterThan(20);
    }
  });

  test("healthy addresses are counted in each zone, and silence counts as none", () => {
    const alarm = alarms(service())["nlb-healthy-hosts-80-zone-2"];
    expect(alarm).toMatchObject({
      namespace: "AWS/NetworkELB",
      metric_name: "HealthyHostCount",
      dimensions: {
        LoadBalancer: expect.stringContaining(".arn_suffix"),
        TargetGroup: expect.stringContaining(".arn_suffix"),
        AvailabilityZone: expect.stringContaining("availability_zone"),
      },
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      treat_missing_data: "breaching",
    });
  });

  test("instances that do not come are noticed; on Fargate there are none", () => {
    expect(alarms(service())["ecs-capacity"]).toMatchObject({
      namespace: "AWS/ECS/ManagedScaling",
      metric_name: "CapacityProviderReservation",
      dimensions: { CapacityProviderName: "private-app-test-instances" },
      comparison_operator: "GreaterThanThreshold",
      threshold: 100,
    });
    expect(alarms(service({ compute: { launchType: "FARGATE" } }))["ecs-capacity"]).toBeUndefined();
  });

  test("alb-target mode: none for addresses and for the Lambda, which are not there", () => {
    const stack = service({
      privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", albTargetMode: "alb-target" },
    });
    const names = Object.keys(alarms(stack));
    expect(names.filter((name) => /^(sync|nlb-healthy)/.test(name))).toEqual([]);
    expect(names).toContain("alb-healthy-hosts");
  });

  test("silence of the sync function fires its alarm", () => {
    expect(alarms(service())["sync-success"]).toMatchObject({
      metric_name: "Success",
      comparison_operator: "LessThanThreshold",
      treat_missing_data: "breaching",
    });
  });

  test("shares and differences are computed from several metrics", () => {
    const { "alb-5xx": errors, "ecs-missing-tasks": tasks } = alarms(service());
    expect(errors?.metric_query.map(({ id }: Block) => id)).toEqual([
      "requests",
      "unserved",
      "alb",
      "application",
      "result",
    ]);
    expect(tasks?.metric_query.at(-1)).toMatchObject({ expression: "desired - running", return_data: true });
  });

  /** What the expression of an alarm gives for counts; metrics without data are left out, as in CloudWatch. */
  const evaluate = (id: string, counts: Readonly<Record<string, number>>): number => {
    const queries = alarms(service())[id]?.metric_query as { id: string; expression?: string }[];
    const names = queries.map((query) => query.id).filter((name) => name !== "result");
    const fill = (value: number | undefined, otherwise: number) => value ?? otherwise;
    const choose = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
    const expression = new Function("FILL", "IF", ...names, `return ${queries.at(-1)?.expression}`);
    return expression(fill, choose, ...names.map((name) => counts[name])) as number;
  };

  test.each([
    ["one error in a quiet period", { requests: 50, application: 1 }, 0],
    ["errors of the application under load", { requests: 200, application: 10 }, 5],
    ["time-outs of the ALB, which are requests already", { requests: 200, alb: 100 }, 50],
    ["no target for any request", { unserved: 200, alb: 200 }, 100],
    ["no request at all", {}, 0],
  ])("the share of failed requests: %s", (_, counts, percent) => expect(evaluate("alb-5xx", counts)).toBe(percent));

  test("a throttled run of the sync function counts as a failed one", () => {
    expect(evaluate("sync-errors", { throttles: 1 })).toBe(1);
    expect(evaluate("sync-errors", { errors: 2 })).toBe(2);
  });

  test("no healthy target alarms whatever the guard's minimum is", () => {
    const withoutMinimum = alarms(
      service({ privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", sync: { minimumHealthyTargets: 0 } } }),
    );
    expect(withoutMinimum["sync-healthy-targets-80"]).toMatchObject({
      threshold: 1,
      comparison_operator: "LessThanThreshold",
    });
  });

  test("an Aurora cluster has the alarms of its capacity instead of its storage, of the writer", () => {
    const found = alarms(
      service({
        data: { database: { engine: "aurora-postgresql" } },
        observability: { thresholds: { databaseCapacityPercent: 75 } },
      }),
    );
    const ofDatabase = Object.keys(found).filter((name) => name.startsWith("database-"));
    expect(ofDatabase.sort()).toEqual(["database-capacity", "database-connections", "database-cpu"]);
    expect(found["database-capacity"]).toMatchObject({ metric_name: "ACUUtilization", threshold: 75 });
    for (const name of ofDatabase) {
      expect(found[name]?.dimensions).toEqual({
        DBClusterIdentifier: expect.stringContaining("cluster"),
        Role: "WRITER",
      });
    }
  });

  test("a percentile is an extended statistic; milliseconds become seconds", () => {
    const alarm = alarms(service())["alb-latency"];
    expect(alarm).toMatchObject({ extended_statistic: "p99", threshold: 2 });
    expect(alarm?.statistic).toBeUndefined();
  });

  test("thresholds are options", () => {
    const changed = alarms(
      service({
        observability: {
          thresholds: {
            alb5xxPercent: 5,
            latencyP99Milliseconds: 500,
            databaseCpuPercent: 50,
            databaseFreeStorageGib: 2,
            databaseConnections: 10,
            portAllocationErrors: 3,
            blockedFlows: 4,
            resetPackets: 6,
            fileSystemIoPercent: 70,
          },
        },
      }),
    );
    const of = (name: string) => changed[name]?.threshold;
    expect({
      "alb-5xx": of("alb-5xx"),
      "alb-latency": of("alb-latency"),
      "database-cpu": of("database-cpu"),
      "database-free-storage": of("database-free-storage"),
      "database-connections": of("database-connections"),
      "nlb-port-allocation-errors": of("nlb-port-allocation-errors"),
      "nlb-blocked-flows": of("nlb-blocked-flows"),
      "endpoint-resets": of("endpoint-resets"),
      "file-system-io-limit": of("file-system-io-limit"),
    }).toEqual({
      "alb-5xx": 5,
      "alb-latency": 0.5,
      "database-cpu": 50,
      "database-free-storage": 2 * 2 ** 30,
      "database-connections": 10,
      "nlb-port-allocation-errors": 3,
      "nlb-blocked-flows": 4,
      "endpoint-resets": 6,
      "file-system-io-limit": 70,
    });
  });
});

describe("dashboard", () => {
  test("shows every section of the path, and thresholds in the graphs", () => {
    const { dashboard_body: body } = only(service(), "aws_cloudwatch_dashboard");
    const { widgets } = JSON.parse(body.replaceAll(/\$\{[^}]+\}/g, "known-later")) as { widgets: Block[] };
    const titles = widgets.filter(({ type }) => type === "text").map(({ properties }) => properties.markdown);
    expect(titles).toEqual([
      "## Endpoint service",
      "## Network Load Balancer",
      "## Target synchronisation",
      "## Application Load Balancer",
      "## ECS service",
      "## Database",
      "## File system",
      "## Backup",
    ]);
    const storage = widgets.find(({ properties }) => properties.title?.startsWith("database-free-storage"));
    expect(storage?.properties.annotations.horizontal).toEqual([{ label: "alarm", value: 5 * 2 ** 30 }]);
    expect(storage?.properties.metrics).toEqual([
      ["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", "known-later", { id: "free", stat: "Minimum" }],
    ]);
  });

  test("graphs lie side by side without overlapping", () => {
    const { dashboard_body: body } = only(service(), "aws_cloudwatch_dashboard");
    const { widgets } = JSON.parse(body.replaceAll(/\$\{[^}]+\}/g, "known-later")) as { widgets: Block[] };
    const cells = widgets.flatMap(({ height, width, x, y }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { width, x } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  test("can be left out", () => {
    expect(service({ observability: { dashboard: false } }).resource.aws_cloudwatch_dashboard).toBeUndefined();
  });
});
