import type { Environment } from "../../../config/schema";
import {
  FUNCTION_DIMENSION,
  METRIC_NAMESPACE,
  RUN_METRICS,
  TARGET_GROUP_DIMENSION,
  TARGET_GROUP_METRICS,
} from "../../../lambda/alb-ip-sync/metric-names";
import type { Metric, Monitor, MonitoredResources } from "../monitor";

/** What each metric counts: lambda/alb-ip-sync/metric-names.ts. */
export function synchronisation(
  { privatelink }: Environment,
  { nlbTargetGroups, syncFunctionName }: MonitoredResources,
): Monitor[] {
  if (syncFunctionName === undefined) return [];
  const { minimumHealthyTargets } = privatelink.sync;
  const lambda = (name: string, statistic: string): Metric => ({
    namespace: "AWS/Lambda",
    name,
    dimensions: { FunctionName: syncFunctionName },
    statistic,
  });
  const run = ({ name }: { readonly name: string }, statistic: string): Metric => ({
    namespace: METRIC_NAMESPACE,
    name,
    dimensions: { [FUNCTION_DIMENSION]: syncFunctionName },
    statistic,
  });
  const section = "Target synchronisation";
  return [
    {
      id: "sync-errors",
      section,
      description:
        "The sync function fails or is throttled: see its log group; targets are no longer kept equal to the ALB's addresses",
      metrics: { errors: lambda("Errors", "Sum"), throttles: lambda("Throttles", "Sum") },
      // A throttled run is none, and no error of the function either.
      expression: "FILL(errors, 0) + FILL(throttles, 0)",
      periodSeconds: 60,
      threshold: { fires: "above", value: 0, periods: 3, missingData: "notBreaching" },
    },
    {
      id: "sync-success",
      section,
      description: "No run of the sync function has succeeded for 5 minutes: schedule, permissions or AWS APIs",
      metrics: { succeeded: run(RUN_METRICS.success, "Sum"), failures: run(RUN_METRICS.failures, "Sum") },
      periodSeconds: 300,
      threshold: { fires: "below", value: 1, periods: 1, missingData: "breaching" },
    },
    ...nlbTargetGroups.flatMap(({ arnSuffix, port }): Monitor[] => {
      const group = ({ name }: { readonly name: string }, statistic: string): Metric => ({
        namespace: METRIC_NAMESPACE,
        name,
        dimensions: { [FUNCTION_DIMENSION]: syncFunctionName, [TARGET_GROUP_DIMENSION]: arnSuffix },
        statistic,
      });
      return [
        {
          id: `sync-drift-${port}`,
          section,
          description: `Port ${port}: for 10 minutes the targets have differed from the ALB's addresses; the log says which guard keeps what`,
          metrics: { drift: group(TARGET_GROUP_METRICS.driftSeconds, "Maximum") },
          periodSeconds: 60,
          threshold: { fires: "above", value: 600, periods: 1, missingData: "notBreaching" },
        },
        {
          id: `sync-refusals-${port}`,
          section,
          description: `Port ${port}: for 5 minutes a guard has kept a target or refused an address; the log says which and why`,
          metrics: { refusals: group(TARGET_GROUP_METRICS.refusals, "Sum") },
          periodSeconds: 60,
          // A share that one run may not exceed is gone after a few: only what remains is trouble.
          threshold: { fires: "above", value: 0, periods: 5, missingData: "notBreaching" },
        },
        {
          id: `sync-healthy-targets-${port}`,
          section,
          description: `Port ${port}: fewer healthy targets than privatelink.sync.minimumHealthyTargets, or none`,
          metrics: { healthy: group(TARGET_GROUP_METRICS.targetsHealthy, "Minimum") },
          periodSeconds: 60,
          threshold: {
            fires: "below",
            value: Math.max(1, minimumHealthyTargets),
            periods: 3,
            missingData: "breaching",
          },
        },
        {
          id: `sync-targets-${port}`,
          section,
          description: `Port ${port}: addresses wanted, targets registered and kept unconfirmed, changes`,
          metrics: {
            wanted: group(TARGET_GROUP_METRICS.targetsWanted, "Maximum"),
            registered: group(TARGET_GROUP_METRICS.targetsRegistered, "Maximum"),
            unconfirmed: group(TARGET_GROUP_METRICS.unconfirmedTargets, "Maximum"),
            registrations: group(TARGET_GROUP_METRICS.registrations, "Sum"),
            deregistrations: group(TARGET_GROUP_METRICS.deregistrations, "Sum"),
          },
          periodSeconds: 60,
        },
      ];
    }),
  ];
}
