import {
  FUNCTION_DIMENSION,
  METRIC_NAMESPACE,
  RUN_METRICS,
  TARGET_GROUP_DIMENSION,
  TARGET_GROUP_METRICS,
} from "../../../lambda/alb-ip-sync/metric-names";
import type { MappingReport, Report } from "../../../lambda/alb-ip-sync/run";
import { withVariables } from "../../variables";

withVariables({ POWERTOOLS_SERVICE_NAME: "app-test-alb-ip-sync" });

const mapping = {
  listenerPort: 80,
  targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app-80/1",
} as const;
const ofMapping: MappingReport = {
  mapping,
  decisions: [
    { address: "10.0.0.1", port: 80, action: "keep", reason: "interface-present" },
    { address: "10.0.0.2", port: 80, action: "keep", reason: "dns-still-lists" },
    { address: "10.0.0.3", port: 80, action: "register", reason: "interface-without-target" },
    { address: "10.0.0.4", port: 80, action: "wait", reason: "over-share" },
    { address: "10.1.0.5", port: 80, action: "refuse", reason: "outside-subnets" },
  ],
  registered: [{ address: "10.0.0.3", port: 80 }],
  deregistered: [],
  targetsWanted: 2,
  targetsRegistered: 3,
  targetsHealthy: 2,
  driftSeconds: 60,
};
const report: Report = {
  mappings: [ofMapping],
  failures: [{ source: "dns", message: "Error: ETIMEOUT" }],
  notices: ["something remarkable"],
  secondsSinceLastSuccess: 120,
};

type Line = Record<string, unknown> & { _aws?: { CloudWatchMetrics: EmfMetrics[] } };
interface EmfMetrics {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: string }[];
}

/** Everything that is printed for a report. */
function printed(of: Report): Line[] {
  const texts: string[] = [];
  const write = (text: unknown): boolean => texts.push(String(text)) > 0;
  jest.spyOn(process.stdout, "write").mockImplementation(write);
  jest.spyOn(process.stderr, "write").mockImplementation(write);
  // The module reads the variable when it is loaded, which another test file of this process may have done.
  delete require.cache[require.resolve("../../../lambda/alb-ip-sync/telemetry")];
  const { emit } =
    require("../../../lambda/alb-ip-sync/telemetry") as typeof import("../../../lambda/alb-ip-sync/telemetry");
  emit(of, false);
  jest.restoreAllMocks();
  return texts
    .join("")
    .split("\n")
    .filter((text) => text.startsWith("{"))
    .map((text) => JSON.parse(text) as Line);
}

const metricsIn = (lines: readonly Line[], dimensions: string): Record<string, unknown> => {
  const line = lines.find(({ _aws }) => _aws?.CloudWatchMetrics[0]?.Dimensions.join() === dimensions);
  const names = line?._aws?.CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name) ?? [];
  return Object.fromEntries(names.map((name) => [name, line?.[name]]));
};

test("each decision is one line with its reason in words; those that just stay only with debug logs", () => {
  const decisions = printed(report).filter(({ message }) => message === "decision");
  expect(decisions.map(({ level, address, action, reason }) => [level, address, action, reason])).toEqual([
    ["INFO", "10.0.0.2", "keep", "dns-still-lists"],
    ["INFO", "10.0.0.3", "register", "interface-without-target"],
    ["WARN", "10.0.0.4", "wait", "over-share"],
    ["WARN", "10.1.0.5", "refuse", "outside-subnets"],
  ]);
  expect(decisions[0]).toMatchObject({
    targetGroup: "targetgroup/app-80/1",
    why: "no interface of the ALB has this address, but DNS lists it",
  });
});

test("failures and notices are lines of their own", () => {
  const lines = printed(report);
  expect(lines).toContainEqual(expect.objectContaining({ level: "ERROR", message: "Error: ETIMEOUT", source: "dns" }));
  expect(lines).toContainEqual(expect.objectContaining({ level: "WARN", message: "something remarkable" }));
});

test("metrics have the names and dimensions that alarms are built on", () => {
  const lines = printed(report);
  expect(metricsIn(lines, FUNCTION_DIMENSION)).toEqual({
    [RUN_METRICS.success.name]: 0,
    [RUN_METRICS.failures.name]: 1,
    [RUN_METRICS.secondsSinceLastSuccess.name]: 120,
  });
  expect(metricsIn(lines, `${FUNCTION_DIMENSION},${TARGET_GROUP_DIMENSION}`)).toEqual({
    [TARGET_GROUP_METRICS.targetsWanted.name]: 2,
    [TARGET_GROUP_METRICS.targetsRegistered.name]: 3,
    [TARGET_GROUP_METRICS.targetsHealthy.name]: 2,
    [TARGET_GROUP_METRICS.driftSeconds.name]: 60,
    [TARGET_GROUP_METRICS.registrations.name]: 1,
    [TARGET_GROUP_METRICS.deregistrations.name]: 0,
    [TARGET_GROUP_METRICS.refusals.name]: 2,
    [TARGET_GROUP_METRICS.unconfirmedTargets.name]: 1,
  });
  const emf = lines.filter(({ _aws }) => _aws);
  expect(new Set(emf.map(({ _aws }) => _aws?.CloudWatchMetrics[0]?.Namespace))).toEqual(new Set([METRIC_NAMESPACE]));
  expect(emf.map((line) => line[FUNCTION_DIMENSION])).toEqual(["app-test-alb-ip-sync", "app-test-alb-ip-sync"]);
  expect(emf.map((line) => line[TARGET_GROUP_DIMENSION])).toContain("targetgroup/app-80/1");
});

test("what could not be read is no number", () => {
  const unread = { ...ofMapping, targetsWanted: undefined, targetsHealthy: undefined };
  const metrics = metricsIn(
    printed({ ...report, mappings: [unread] }),
    `${FUNCTION_DIMENSION},${TARGET_GROUP_DIMENSION}`,
  );
  expect(metrics).not.toHaveProperty(TARGET_GROUP_METRICS.targetsWanted.name);
  expect(metrics).not.toHaveProperty(TARGET_GROUP_METRICS.targetsHealthy.name);
});

test("a run without failure is a success", () => {
  expect(metricsIn(printed({ ...report, failures: [] }), FUNCTION_DIMENSION)[RUN_METRICS.success.name]).toBe(1);
});
