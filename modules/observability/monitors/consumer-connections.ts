import type { Environment } from "../../../config/schema";
import { watchedConsumers } from "../../../config/service-consumers";
import {
  CONSUMER_DIMENSION,
  CONSUMER_METRICS,
  FUNCTION_DIMENSION,
  METRIC_NAMESPACE,
  RUN_METRICS,
} from "../../../lambda/consumer-connections/metric-names";
import { events, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/** What each metric counts: lambda/consumer-connections/metric-names.ts. */
export function consumerConnections(
  { observability, privatelink }: Environment,
  { connectionsFunctionName }: MonitoredResources,
): Monitor[] {
  if (connectionsFunctionName === undefined) return [];
  const run = (name: string, statistic: string): Metric => ({
    namespace: METRIC_NAMESPACE,
    name,
    dimensions: { [FUNCTION_DIMENSION]: connectionsFunctionName },
    statistic,
  });
  // A graph has a point for each run, an alarm looks at as many periods as hold three.
  const periods = Math.max(1, Math.ceil((3 * privatelink.consumerConnections.sweepMinutes) / 5));
  const section = "Consumers";
  return [
    {
      id: "consumers-success",
      section,
      description:
        "No run of the consumer connections function has succeeded: endpoints are no longer accepted automatically; see its log group",
      metrics: { succeeded: run(RUN_METRICS.success, "Sum") },
      periodSeconds: 300,
      threshold: { fires: "below", value: 1, periods, missingData: "breaching" },
    },
    {
      id: "consumers-waiting",
      section,
      description:
        "An endpoint waits for a person: its owner is in no consumer, is accepted by hand, has all its endpoints, or its last day has passed; the log says which",
      metrics: { waiting: run(RUN_METRICS.waiting, "Maximum") },
      periodSeconds: 300,
      threshold: { fires: "above", value: 0, periods: 1, missingData: "notBreaching" },
    },
    {
      id: "consumers-expired",
      section,
      description: "An endpoint is connected though the last day of its consumer (until) has passed",
      metrics: { expired: run(RUN_METRICS.expired, "Maximum") },
      periodSeconds: 300,
      threshold: { fires: "above", value: 0, periods: 1, missingData: "notBreaching" },
    },
    ...watchedConsumers(privatelink).flatMap(({ expectConnected, name }): Monitor[] => {
      const of = (metric: string): Metric => ({
        namespace: METRIC_NAMESPACE,
        name: metric,
        dimensions: { [FUNCTION_DIMENSION]: connectionsFunctionName, [CONSUMER_DIMENSION]: name },
        statistic: "Maximum",
      });
      return [
        {
          id: `consumer-connected-${name}`,
          consumer: name,
          section,
          description: `${name}: endpoints that are connected${expectConnected ? "; none: the consumer has lost the service, or has left" : ""}`,
          metrics: { connected: of(CONSUMER_METRICS.connected) },
          periodSeconds: 300,
          ...(expectConnected && {
            threshold: { fires: "below", value: 1, periods, missingData: "notBreaching" },
          }),
        },
        {
          id: `consumer-resets-${name}`,
          consumer: name,
          section,
          description: `${name}: the service resets many connections of its endpoints: idle connections without keep-alive below 350 s, or targets that close them`,
          metrics: { resets: of(CONSUMER_METRICS.resets) },
          periodSeconds: 300,
          threshold: events(observability.thresholds.resetPackets),
        },
      ];
    }),
  ];
}
