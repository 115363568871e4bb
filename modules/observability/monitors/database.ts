import type { Environment } from "../../../config/schema";
import { above, type Metric, type Monitor, type MonitoredResources } from "../monitor";

const GIB = 2 ** 30;
const section = "Database";

/** What is the same of an instance and of a cluster. */
type Of = (name: string, statistic: string) => Metric;

/** Source: Amazon RDS guide, "Amazon CloudWatch metrics for Amazon RDS". */
export function database(environment: Environment, resources: MonitoredResources): Monitor[] {
  const { databaseClusterIdentifier, databaseIdentifier } = resources;
  const metricOf =
    (dimensions: Metric["dimensions"]): Of =>
    (name, statistic) => ({ namespace: "AWS/RDS", name, dimensions, statistic });
  if (databaseIdentifier !== undefined) {
    return ofInstance(environment, metricOf({ DBInstanceIdentifier: databaseIdentifier }));
  }
  if (databaseClusterIdentifier === undefined) return [];
  return ofCluster(environment, metricOf({ DBClusterIdentifier: databaseClusterIdentifier, Role: "WRITER" }));
}

const cpu = ({ observability }: Environment, metric: Of): Monitor => ({
  id: "database-cpu",
  section,
  description: "CPU of the database, in percent: see Performance Insights",
  metrics: { cpu: metric("CPUUtilization", "Average") },
  periodSeconds: 300,
  threshold: above(observability.thresholds.databaseCpuPercent, 3),
});

const connections = ({ observability }: Environment, metric: Of): Monitor => ({
  id: "database-connections",
  section,
  description: "Open connections of the database",
  metrics: { connections: metric("DatabaseConnections", "Maximum") },
  periodSeconds: 300,
  threshold: above(observability.thresholds.databaseConnections, 3),
});

const latency = (metric: Of): Monitor => ({
  id: "database-latency",
  section,
  description: "Read and write latency of the database, in seconds",
  metrics: { read: metric("ReadLatency", "Average"), write: metric("WriteLatency", "Average") },
  periodSeconds: 300,
});

const ofInstance = (environment: Environment, metric: Of): Monitor[] => [
  cpu(environment, metric),
  {
    id: "database-free-storage",
    section,
    description: "Free storage of the database is low, in bytes: storage autoscaling has reached its limit or waits",
    metrics: { free: metric("FreeStorageSpace", "Minimum") },
    periodSeconds: 300,
    threshold: {
      fires: "below",
      value: environment.observability.thresholds.databaseFreeStorageGib * GIB,
      periods: 1,
      missingData: "breaching",
    },
  },
  connections(environment, metric),
  latency(metric),
];

/** Of the writer, which every task connects to. Source: Amazon Aurora User Guide, "Important CloudWatch metrics for Aurora Serverless v2". */
const ofCluster = (environment: Environment, metric: Of): Monitor[] => [
  {
    id: "database-capacity",
    section,
    description: "Capacity of the database, in percent of its maxCapacity: it cannot grow much further",
    metrics: { used: metric("ACUUtilization", "Average") },
    periodSeconds: 300,
    threshold: above(environment.observability.thresholds.databaseCapacityPercent, 3),
  },
  {
    id: "database-acu",
    section,
    description: "Capacity of the database, in ACU",
    metrics: { capacity: metric("ServerlessDatabaseCapacity", "Average") },
    periodSeconds: 300,
  },
  cpu(environment, metric),
  connections(environment, metric),
  latency(metric),
];
