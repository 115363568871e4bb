import type { Environment } from "../../../config/schema";
import { events, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/** Source: NLB guide, "CloudWatch metrics for your Network Load Balancer". */
export function networkLoadBalancer(
  { observability, privatelink }: Environment,
  resources: MonitoredResources,
): Monitor[] {
  const { availabilityZones, nlbArnSuffix, nlbTargetGroups } = resources;
  const metric = (name: string, statistic: string, dimensions: Record<string, string> = {}): Metric => ({
    namespace: "AWS/NetworkELB",
    name,
    dimensions: { LoadBalancer: nlbArnSuffix, ...dimensions },
    statistic,
  });
  const section = "Network Load Balancer";
  const { thresholds } = observability;

  // An ALB as target is not counted among the healthy hosts: the alarm would never have data.
  const healthyHosts: Monitor[] =
    privatelink.albTargetMode === "alb-target"
      ? []
      : nlbTargetGroups.flatMap(({ arnSuffix, port }) =>
          availabilityZones.map((zone, index) => ({
            id: `nlb-healthy-hosts-${port}-zone-${index + 1}`,
            section,
            description: `Port ${port}: no healthy ALB address in zone ${index + 1}; consumers there are cut off unless cross-zone load balancing is on`,
            metrics: {
              healthy: metric("HealthyHostCount", "Minimum", { TargetGroup: arnSuffix, AvailabilityZone: zone }),
            },
            periodSeconds: 60,
            threshold: { fires: "below", value: 1, periods: 3, missingData: "breaching" },
          })),
        );

  return [
    ...healthyHosts,
    {
      id: "nlb-port-allocation-errors",
      section,
      description: "Connections have failed because a target ran out of ports (about 55,000 a target): add targets",
      metrics: { errors: metric("PortAllocationErrorCount", "Sum") },
      periodSeconds: 300,
      threshold: events(thresholds.portAllocationErrors),
    },
    {
      id: "nlb-blocked-flows",
      section,
      description:
        "The NLB's security group refuses flows: a consumer's addresses are missing in consumerCidrs, or a scan",
      metrics: { blocked: metric("SecurityGroupBlockedFlowCount_Inbound_TCP", "Sum") },
      periodSeconds: 300,
      threshold: events(thresholds.blockedFlows),
    },
    {
      id: "nlb-flows",
      section,
      description: "Active and new flows",
      metrics: { active: metric("ActiveFlowCount", "Maximum"), started: metric("NewFlowCount", "Sum") },
      periodSeconds: 300,
    },
    {
      id: "nlb-resets",
      section,
      description: "Connections reset by clients, by the NLB and by targets",
      metrics: {
        clients: metric("TCP_Client_Reset_Count", "Sum"),
        nlb: metric("TCP_ELB_Reset_Count", "Sum"),
        targets: metric("TCP_Target_Reset_Count", "Sum"),
      },
      periodSeconds: 300,
    },
  ];
}
