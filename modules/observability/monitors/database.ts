import type { Environment } from "../../../config/schema";
import { above, type Metric, type Monitor, type MonitoredResources } from "../monitor";

const GIB = 2 ** 30;

/** Source: Amazon RDS guide, "Amazon CloudWatch metrics for Amazon RDS". */
export function database({ observability }: Environment, { databaseIdentifier }: MonitoredResources): Monitor[] {
  if (databaseIdentifier === undefined) return [];
  const metric = (name: string, statistic: string): Metric => ({
    namespace: "AWS/RDS",
    name,
    dimensions: { DBInstanceIdentifier: databaseIdentifier },
    statistic,
  });
  const section = "Database";
  const { thresholds } = observability;
  return [
    {
      id: "database-cpu",
      section,
      description: "CPU of the database, in percent: see Performance Insights",
      metrics: { cpu: metric("CPUUtilization", "Average") },
      periodSeconds: 300,
      threshold: above(thresholds.databaseCpuPercent, 3),
    },
    {
      id: "database-free-storage",
      section,
      description: "Free storage of the database is low, in bytes: storage autoscaling has reached its limit or waits",
      metrics: { free: metric("FreeStorageSpace", "Minimum") },
      periodSeconds: 300,
      threshold: {
        fires: "below",
        value: thresholds.databaseFreeStorageGib * GIB,
        periods: 1,
        missingData: "breaching",
      },
    },
    {
      id: "database-connections",
      section,
      description: "Open connections of the database",
      metrics: { connections: metric("DatabaseConnections", "Maximum") },
      periodSeconds: 300,
      threshold: above(thresholds.databaseConnections, 3),
    },
    {
      id: "database-latency",
      section,
      description: "Read and write latency of the database, in seconds",
      metrics: { read: metric("ReadLatency", "Average"), write: metric("WriteLatency", "Average") },
      periodSeconds: 300,
    },
  ];
}
