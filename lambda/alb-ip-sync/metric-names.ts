/**
 * Metrics of the function, in one place for the code that emits them and for alarms and dashboards. Imports nothing,
 * so that it can be used without any AWS code.
 */

export const METRIC_NAMESPACE = "AlbIpSync";

/** Dimension whose value is the function's name; every metric has it. */
export const FUNCTION_DIMENSION = "service";

/** Dimension whose value is the last part of the target group's ARN, `targetgroup/<name>/<id>`. */
export const TARGET_GROUP_DIMENSION = "TargetGroup";

/** Emitted once a run, with {@link FUNCTION_DIMENSION}. */
export const RUN_METRICS = {
  /** 1 after a run without failure, else 0. No data: the function does not run. */
  success: { name: "Success", unit: "Count" },
  /** Sources and actions that failed. */
  failures: { name: "Failures", unit: "Count" },
  /** Age of the last run without failure that this execution environment knows of. */
  secondsSinceLastSuccess: { name: "SecondsSinceLastSuccess", unit: "Seconds" },
} as const;

/** Emitted once a run and target group, with {@link FUNCTION_DIMENSION} and {@link TARGET_GROUP_DIMENSION}. */
export const TARGET_GROUP_METRICS = {
  /** Addresses that should be targets. */
  targetsWanted: { name: "TargetsWanted", unit: "Count" },
  /** Targets that are not draining, before the run's actions. */
  targetsRegistered: { name: "TargetsRegistered", unit: "Count" },
  targetsHealthy: { name: "TargetsHealthy", unit: "Count" },
  /** Time since the target group was last seen to need nothing. */
  driftSeconds: { name: "DriftSeconds", unit: "Seconds" },
  registrations: { name: "Registrations", unit: "Count" },
  deregistrations: { name: "Deregistrations", unit: "Count" },
  /** Targets that a guard kept, or addresses that it did not let in. */
  refusals: { name: "Refusals", unit: "Count" },
  /** Targets kept without an interface because DNS lists them or the NLB finds them healthy. */
  unconfirmedTargets: { name: "UnconfirmedTargets", unit: "Count" },
} as const;
