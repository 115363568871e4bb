import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Consumer, Decision } from "./decide";
import { CONSUMER_DIMENSION, CONSUMER_METRICS, METRIC_NAMESPACE, RUN_METRICS } from "./metric-names";
import { connectedTo, type Report } from "./run";

// The name of the service, part of every line and a dimension of every metric, comes from POWERTOOLS_SERVICE_NAME.
const logger = new Logger();
const runMetrics = new Metrics({ namespace: METRIC_NAMESPACE });
const consumerMetrics = new Map<string, Metrics>();

function metricsOf(consumer: string): Metrics {
  const metrics =
    consumerMetrics.get(consumer) ??
    new Metrics({ namespace: METRIC_NAMESPACE, defaultDimensions: { [CONSUMER_DIMENSION]: consumer } });
  consumerMetrics.set(consumer, metrics);
  return metrics;
}

/** One line per decision that is not to keep a connection, then one for the run; metrics in embedded metric format. */
export function emit(report: Report, consumers: readonly Consumer[], dryRun: boolean): void {
  const { accepted, decisions, failures, rejected } = report;
  for (const decision of decisions) {
    if (decision.action === "wait" || decision.reason === "expired") logger.warn("decision", { ...decision, dryRun });
    else if (decision.action === "keep") logger.debug("decision", { ...decision, dryRun });
    else logger.info("decision", { ...decision, dryRun });
  }
  for (const failure of failures) logger.error(failure);
  logger.info("run", { dryRun, accepted: accepted.length, rejected: rejected.length, failures: failures.length });

  const count = (test: (decision: Decision) => boolean) => decisions.filter(test).length;
  const values: Record<keyof typeof RUN_METRICS, number> = {
    success: failures.length === 0 ? 1 : 0,
    accepted: accepted.length,
    rejected: rejected.length,
    waiting: count(({ action }) => action === "wait"),
    expired: count(({ action, reason }) => action === "keep" && reason === "expired"),
  };
  for (const key of Object.keys(values) as (keyof typeof RUN_METRICS)[]) {
    runMetrics.addMetric(RUN_METRICS[key], "Count", values[key]);
  }
  runMetrics.publishStoredMetrics();
  for (const { name } of consumers) {
    const metrics = metricsOf(name);
    metrics.addMetric(CONSUMER_METRICS.connected, "Count", connectedTo(name, report).length);
    const resets = report.resets[name];
    if (resets !== undefined) metrics.addMetric(CONSUMER_METRICS.resets, "Count", resets);
    metrics.publishStoredMetrics();
  }
}

/** A run that could not even begin. */
export function emitFailure(error: unknown): void {
  logger.error(String(error));
  runMetrics.addMetric(RUN_METRICS.success, "Count", 0);
  runMetrics.publishStoredMetrics();
}
