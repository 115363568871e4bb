import type { Environment } from "../../../config/schema";
import { serviceConsumers } from "../../../config/service-consumers";
import { events, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/** Source: AWS PrivateLink guide, "CloudWatch metrics for AWS PrivateLink". */
export function endpointService(environment: Environment, { endpointServiceId }: MonitoredResources): Monitor[] {
  const { observability, privatelink } = environment;
  const metric = (name: string, statistic: string): Metric => ({
    namespace: "AWS/PrivateLinkServices",
    name,
    dimensions: { "Service Id": endpointServiceId },
    statistic,
  });
  const section = "Endpoint service";
  return [
    {
      id: "endpoint-connections",
      section,
      description: "Endpoints that are connected, and their active and new connections",
      metrics: {
        endpoints: metric("EndpointsCount", "Maximum"),
        active: metric("ActiveConnections", "Maximum"),
        started: metric("NewConnections", "Sum"),
      },
      periodSeconds: 300,
    },
    {
      id: "endpoint-bytes",
      section,
      description: "Bytes between endpoints and the service, both directions",
      metrics: { bytes: metric("BytesProcessed", "Sum") },
      periodSeconds: 300,
    },
    {
      id: "endpoint-resets",
      section,
      description:
        "The service resets many connections of its endpoints: idle connections without keep-alive below 350 s, or targets that close them",
      metrics: { resets: metric("RstPacketsSent", "Sum") },
      periodSeconds: 300,
      threshold: events(observability.thresholds.resetPackets),
    },
    ...(serviceConsumers(privatelink).length > 0 ? eachEndpoint(endpointServiceId) : []),
  ];
}

/** A line for each endpoint, whichever there are. Source: CloudWatch user guide, "Search expression syntax". */
function eachEndpoint(serviceId: string): Monitor[] {
  const search = (id: string, metric: string, description: string): Monitor => ({
    id: `each-endpoint-${id}`,
    section: "Consumers",
    description,
    metrics: {},
    expression: `SEARCH('{AWS/PrivateLinkServices,"Service Id","VPC Endpoint Id"} MetricName="${metric}" "${serviceId}"', 'Sum', 300)`,
    periodSeconds: 300,
  });
  return [
    search("bytes", "BytesProcessed", "Bytes of each endpoint, both directions"),
    search("connections", "NewConnections", "New connections of each endpoint"),
    search("resets", "RstPacketsSent", "Resets that each endpoint got from the service"),
  ];
}
