/**
 * Metrics of the function, in one place for the code that emits them and for alarms and dashboards. Imports nothing,
 * so that it can be used without any AWS code.
 */

export const METRIC_NAMESPACE = "ConsumerConnections";

/** Dimension whose value is the function's name; every metric has it. */
export const FUNCTION_DIMENSION = "service";

/** Dimension whose value is the consumer's name. */
export const CONSUMER_DIMENSION = "Consumer";

/** Emitted once a run, with {@link FUNCTION_DIMENSION}. */
export const RUN_METRICS = {
  /** 1 after a run without failure, else 0. No data: the function does not run. */
  success: "Success",
  accepted: "Accepted",
  rejected: "Rejected",
  /** Endpoints that wait for a person. */
  waiting: "Waiting",
  /** Endpoints that are connected though the last day of their consumer has passed. */
  expired: "Expired",
} as const;

/** Emitted once a run and consumer, with {@link FUNCTION_DIMENSION} and {@link CONSUMER_DIMENSION}. */
export const CONSUMER_METRICS = {
  /** Endpoints of the consumer that are connected, after the run's actions. */
  connected: "ConnectedEndpoints",
  /** RST packets that the service sent to the consumer's endpoints in five minutes before the run. */
  resets: "ResetPackets",
} as const;
