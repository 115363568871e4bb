import type { Environment } from "../../../config/schema";
import { above, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/** Source: Amazon EFS guide, "CloudWatch metrics for Amazon EFS". */
export function fileSystem({ observability }: Environment, { fileSystemId }: MonitoredResources): Monitor[] {
  if (fileSystemId === undefined) return [];
  const metric = (name: string, statistic: string): Metric => ({
    namespace: "AWS/EFS",
    name,
    dimensions: { FileSystemId: fileSystemId },
    statistic,
  });
  const section = "File system";
  return [
    {
      id: "file-system-io-limit",
      section,
      description: "The file system nears its I/O limit, in percent: elastic throughput, or fewer small operations",
      metrics: { io: metric("PercentIOLimit", "Maximum") },
      periodSeconds: 300,
      threshold: above(observability.thresholds.fileSystemIoPercent, 3),
    },
    {
      id: "file-system-use",
      section,
      description: "Client connections and bytes of the file system",
      metrics: { clients: metric("ClientConnections", "Sum"), bytes: metric("TotalIOBytes", "Sum") },
      periodSeconds: 300,
    },
  ];
}
