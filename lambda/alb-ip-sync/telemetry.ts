import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Decision } from "./decide";
import { explain, type Reason } from "./decision-table";
import type { Mapping } from "./evidence";
import { METRIC_NAMESPACE, RUN_METRICS, TARGET_GROUP_DIMENSION, TARGET_GROUP_METRICS } from "./metric-names";
import type { MappingReport, Report } from "./run";

// The name of the service, part of every line and a dimension of every metric, comes from POWERTOOLS_SERVICE_NAME.
const logger = new Logger();
const runMetrics = new Metrics({ namespace: METRIC_NAMESPACE });
const targetGroupMetrics = new Map<string, Metrics>();

const targetGroupOf = ({ targetGroupArn }: Mapping): string =>
  targetGroupArn.slice(targetGroupArn.lastIndexOf(":") + 1);

function metricsOf(mapping: Mapping): Metrics {
  const targetGroup = targetGroupOf(mapping);
  const metrics =
    targetGroupMetrics.get(targetGroup) ??
    new Metrics({ namespace: METRIC_NAMESPACE, defaultDimensions: { [TARGET_GROUP_DIMENSION]: targetGroup } });
  targetGroupMetrics.set(targetGroup, metrics);
  return metrics;
}

/** One line per decision, failure and notice, then one for the run; metrics in embedded metric format. */
export function emit(report: Report, dryRun: boolean): void {
  for (const mapping of report.mappings) {
    logDecisions(mapping, dryRun);
    emitTargetGroup(mapping);
  }
  for (const notice of report.notices) logger.warn(notice);
  for (const { message, ...failure } of report.failures) logger.error(message, failure);
  logger.info("run", {
    dryRun,
    failures: report.failures.length,
    targetGroups: report.mappings.map(({ mapping, decisions, ...numbers }) => ({
      targetGroup: targetGroupOf(mapping),
      ...numbers,
      registered: numbers.registered.length,
      deregistered: numbers.deregistered.length,
    })),
  });
  const success = report.failures.length === 0;
  runMetrics.addMetric(RUN_METRICS.success.name, RUN_METRICS.success.unit, success ? 1 : 0);
  runMetrics.addMetric(RUN_METRICS.failures.name, RUN_METRICS.failures.unit, report.failures.length);
  const { secondsSinceLastSuccess } = RUN_METRICS;
  runMetrics.addMetric(secondsSinceLastSuccess.name, secondsSinceLastSuccess.unit, report.secondsSinceLastSuccess);
  runMetrics.publishStoredMetrics();
}

/** A target that is kept is logged only at debug level. */
function logDecisions({ mapping, decisions }: MappingReport, dryRun: boolean): void {
  for (const { action, address, port, reason } of decisions) {
    const line = { targetGroup: targetGroupOf(mapping), action, address, port, reason, why: explain(reason), dryRun };
    if (reason === "interface-present") logger.debug("decision", line);
    else if (action === "wait" || action === "refuse") logger.warn("decision", line);
    else logger.info("decision", line);
  }
}

const UNCONFIRMED: ReadonlySet<string> = new Set<Reason>(["dns-still-lists", "healthy-without-interface"]);

function emitTargetGroup(report: MappingReport): void {
  const metrics = metricsOf(report.mapping);
  const counted = (test: (decision: Decision) => boolean): number => report.decisions.filter(test).length;
  const values: Record<keyof typeof TARGET_GROUP_METRICS, number | undefined> = {
    targetsWanted: report.targetsWanted,
    targetsRegistered: report.targetsRegistered,
    targetsHealthy: report.targetsHealthy,
    driftSeconds: report.driftSeconds,
    registrations: report.registered.length,
    deregistrations: report.deregistered.length,
    refusals: counted(({ action }) => action === "wait" || action === "refuse"),
    unconfirmedTargets: counted(({ action, reason }) => action === "keep" && UNCONFIRMED.has(reason)),
  };
  for (const key of Object.keys(TARGET_GROUP_METRICS) as (keyof typeof TARGET_GROUP_METRICS)[]) {
    const value = values[key];
    if (value !== undefined) metrics.addMetric(TARGET_GROUP_METRICS[key].name, TARGET_GROUP_METRICS[key].unit, value);
  }
  metrics.publishStoredMetrics();
}
