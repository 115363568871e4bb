import type { Environment } from "../../../config/schema";
import { above, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/** Requests in a period below which a share of errors says nothing. */
const MINIMUM_REQUESTS = 100;

const ALL_REQUESTS = "FILL(requests, 0) + FILL(unserved, 0)";

/** Source: ALB guide, "CloudWatch metrics for your Application Load Balancer". */
export function applicationLoadBalancer({ observability }: Environment, resources: MonitoredResources): Monitor[] {
  const { albArnSuffix, albTargetGroupArnSuffix, availabilityZones } = resources;
  const metric = (name: string, statistic: string, dimensions: Record<string, string> = {}): Metric => ({
    namespace: "AWS/ApplicationELB",
    name,
    dimensions: { LoadBalancer: albArnSuffix, ...dimensions },
    statistic,
  });
  const targetGroup = { TargetGroup: albTargetGroupArnSuffix };
  const section = "Application Load Balancer";
  const { thresholds } = observability;
  return [
    {
      id: "alb-healthy-hosts",
      section,
      description: "No task is healthy: the application is down",
      metrics: { healthy: metric("HealthyHostCount", "Minimum", targetGroup) },
      periodSeconds: 60,
      threshold: { fires: "below", value: 1, periods: 3, missingData: "breaching" },
    },
    {
      id: "alb-healthy-hosts-by-zone",
      section,
      description: "Healthy tasks in each zone",
      metrics: Object.fromEntries(
        availabilityZones.map((zone, index) => [
          `zone${index + 1}`,
          { ...metric("HealthyHostCount", "Minimum", { ...targetGroup, AvailabilityZone: zone }), label: zone },
        ]),
      ),
      periodSeconds: 60,
    },
    {
      id: "alb-5xx",
      section,
      description: "Share of 5xx answers of ALB and application, in percent: see access logs and task logs",
      metrics: {
        requests: metric("RequestCount", "Sum"),
        unserved: metric("HTTPCode_ELB_503_Count", "Sum"),
        alb: metric("HTTPCode_ELB_5XX_Count", "Sum"),
        application: metric("HTTPCode_Target_5XX_Count", "Sum"),
      },
      // RequestCount holds requests with a target alone: those that fail for want of one (503) come on top. Below the
      // minimum, one failed request would be a share that alarms; alb-healthy-hosts tells of an outage without load.
      expression: `IF((${ALL_REQUESTS}) >= ${MINIMUM_REQUESTS}, 100 * (FILL(alb, 0) + FILL(application, 0)) / (${ALL_REQUESTS}), 0)`,
      periodSeconds: 300,
      threshold: above(thresholds.alb5xxPercent, 1),
    },
    {
      id: "alb-latency",
      section,
      description: "99th percentile of the application's response time, in seconds",
      metrics: { latency: metric("TargetResponseTime", "p99") },
      periodSeconds: 300,
      threshold: above(thresholds.latencyP99Milliseconds / 1000, 3),
    },
  ];
}
