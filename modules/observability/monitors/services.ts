import { events, type Metric, type Monitor, type MonitoredResources } from "../monitor";
import { missingTasks } from "./ecs-service";

/**
 * Services beside the application. The NLB checks the ALB by the application's health alone, so that consumers' zones stay
 * healthy when one of these is down. Source: ALB guide, "CloudWatch metrics for your Application Load Balancer".
 */
export function services({ albArnSuffix, clusterName, services: all }: MonitoredResources): Monitor[] {
  const section = "Services" as const;
  return all.flatMap(({ name, serviceName, targetGroupArnSuffix }): Monitor[] => {
    const metric = (metricName: string, statistic: string): Metric => ({
      namespace: "AWS/ApplicationELB",
      name: metricName,
      dimensions: { LoadBalancer: albArnSuffix, TargetGroup: targetGroupArnSuffix },
      statistic,
    });
    return [
      {
        id: `service-healthy-hosts-${name}`,
        workload: name,
        section,
        description: `No task of service ${name} is healthy: its paths are down`,
        metrics: { healthy: metric("HealthyHostCount", "Minimum") },
        periodSeconds: 60,
        threshold: { fires: "below", value: 1, periods: 3, missingData: "breaching" },
      },
      {
        id: `service-5xx-${name}`,
        workload: name,
        section,
        description: `Service ${name} has answered 10 requests with 5xx within 5 minutes: see its log`,
        metrics: { errors: metric("HTTPCode_Target_5XX_Count", "Sum") },
        periodSeconds: 300,
        threshold: events(10),
      },
      {
        ...missingTasks({ ClusterName: clusterName, ServiceName: serviceName }),
        id: `service-missing-tasks-${name}`,
        workload: name,
        section,
      },
    ];
  });
}
