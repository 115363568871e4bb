import type { Metric, Watch, WatchedResources } from "../watch";

/** Source: Amazon ECS, "Container Insights metrics". */
export function ecsService({ clusterName, serviceName }: WatchedResources): Watch[] {
  const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
  const count = (name: string, statistic: string): Metric => ({
    namespace: "ECS/ContainerInsights",
    name,
    dimensions,
    statistic,
  });
  const use = (name: string): Metric => ({ namespace: "AWS/ECS", name, dimensions, statistic: "Average" });
  const section = "ECS service";
  return [
    {
      id: "ecs-missing-tasks",
      section,
      description: "For 15 minutes fewer tasks have been running than desired: see the service's events",
      metrics: { desired: count("DesiredTaskCount", "Average"), running: count("RunningTaskCount", "Average") },
      expression: "desired - running",
      periodSeconds: 300,
      threshold: { fires: "above", value: 0, periods: 3, missingData: "breaching" },
    },
    {
      id: "ecs-utilization",
      section,
      description: "CPU and memory of the tasks, in percent of what they reserve",
      metrics: { cpu: use("CPUUtilization"), memory: use("MemoryUtilization") },
      periodSeconds: 300,
    },
  ];
}
