import { above, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/**
 * Source: Amazon ECS, "Container Insights metrics"; for instances, Amazon ECS Developer Guide, "Amazon ECS cluster auto
 * scaling": above 100 percent, tasks need more instances than have registered. CloudWatch has no metric of registered instances.
 */
export function ecsService({ capacityProviderName, clusterName, serviceName }: MonitoredResources): Monitor[] {
  const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
  const use = (name: string): Metric => ({ namespace: "AWS/ECS", name, dimensions, statistic: "Average" });
  const section = "ECS service";
  return [
    { ...missingTasks(dimensions), id: "ecs-missing-tasks", section },
    {
      id: "ecs-utilization",
      section,
      description: "CPU and memory of the tasks, in percent of what they reserve",
      metrics: { cpu: use("CPUUtilization"), memory: use("MemoryUtilization") },
      periodSeconds: 300,
    },
    ...(capacityProviderName === undefined
      ? []
      : [
          {
            id: "ecs-capacity",
            section,
            description:
              "For 30 minutes tasks have needed more instances than have joined the cluster: the Auto Scaling group is at its maximum, or instances do not register",
            metrics: {
              reservation: {
                namespace: "AWS/ECS/ManagedScaling",
                name: "CapacityProviderReservation",
                dimensions: { ClusterName: clusterName, CapacityProviderName: capacityProviderName },
                statistic: "Average",
              },
            },
            periodSeconds: 300,
            threshold: above(100, 6),
          } satisfies Monitor,
        ]),
  ];
}

/** Whether a service runs the tasks that it should. */
export function missingTasks(dimensions: Metric["dimensions"]): Omit<Monitor, "id" | "section"> {
  const count = (name: string): Metric => ({
    namespace: "ECS/ContainerInsights",
    name,
    dimensions,
    statistic: "Average",
  });
  return {
    description: "For 15 minutes fewer tasks have been running than desired: see the service's events",
    metrics: { desired: count("DesiredTaskCount"), running: count("RunningTaskCount") },
    expression: "desired - running",
    periodSeconds: 300,
    threshold: { fires: "above", value: 0, periods: 3, missingData: "breaching" },
  };
}
