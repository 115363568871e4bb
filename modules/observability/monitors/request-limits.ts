import { limitedBySubject, limitedConsumers, limitRule, UNIDENTIFIED } from "../../../config/request-limits";
import type { Environment } from "../../../config/schema";
import { events, type Metric, type Monitor, type MonitoredResources } from "../monitor";

/** Source: AWS WAF Developer Guide, "Viewing metrics and dimensions". */
export function requestLimits({ privatelink, region }: Environment, { webAclName }: MonitoredResources): Monitor[] {
  if (webAclName === undefined) return [];
  const limited = limitedConsumers(privatelink);
  const metric = (name: string, rule: string): Metric => ({
    namespace: "AWS/WAFV2",
    name,
    dimensions: { WebACL: webAclName, Region: region, Rule: rule },
    statistic: "Sum",
  });
  const section = "Consumers";
  const bySubject = limitedBySubject(limited);
  return [
    ...limited.map(
      ({ action, name, requests }): Monitor => ({
        id: `consumer-limited-${name}`,
        consumer: name,
        section,
        description: `${name}: requests above ${requests} in five minutes${action === "block" ? ", which got status 429" : ", which passed (action count)"}`,
        metrics: { limited: metric(action === "block" ? "BlockedRequests" : "CountedRequests", limitRule({ name })) },
        periodSeconds: 300,
        threshold: events(1),
      }),
    ),
    {
      id: "consumers-unidentified",
      section,
      description: bySubject
        ? "Requests reach the web ACL without the subject of a client certificate: limits by certificateSubject do not see them"
        : "Requests without a header that tells the consumer: they have no limit; health checks are among them",
      metrics: { unidentified: metric("CountedRequests", UNIDENTIFIED) },
      periodSeconds: 300,
      ...(bySubject && { threshold: events(1) }),
    },
  ];
}
