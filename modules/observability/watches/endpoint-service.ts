import type { Environment } from "../../../config/schema";
import { events, type Metric, type Watch, type WatchedResources } from "../watch";

/** Source: AWS PrivateLink guide, "CloudWatch metrics for AWS PrivateLink". */
export function endpointService({ observability }: Environment, { endpointServiceId }: WatchedResources): Watch[] {
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
  ];
}
