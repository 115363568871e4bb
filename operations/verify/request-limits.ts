import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { resourcePrefix } from "../../config/derive";
import { limitedBySubject, limitedConsumers, UNIDENTIFIED, webAclName } from "../../config/request-limits";
import type { Finding, Item } from "./check";
import { loadBalancer } from "./load-balancer";
import { metricSum } from "./metric-sum";
import { deployCommand, type Target } from "./target";

/** Requests of the last hour, as the ALB and its web ACL have counted them. */
export interface Counted {
  readonly atTheAlb: number;
  readonly atTheWebAcl: number;
  readonly unidentified: number;
}

/** That the limits of consumers see the ALB's requests, and what tells whose they are. */
export function requestLimitItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const limited = limitedConsumers(environment.privatelink);
  if (limited.length === 0) return [];
  const bySubject = limitedBySubject(limited);
  const prefix = resourcePrefix(environment);
  const cloudWatch = new CloudWatchClient(clientOptions);
  const sum = (namespace: string, name: string, dimensions: Readonly<Record<string, string>>) =>
    metricSum(cloudWatch, { namespace, name, dimensions }, 3600);
  const ofWebAcl = (name: string, Rule: string) =>
    sum("AWS/WAFV2", name, { WebACL: webAclName(prefix), Region: environment.region, Rule });
  return [
    {
      item: "limits of consumers see the ALB's requests",
      next: `${deployCommand(target, "compute")}; where requests have no consumer: docs/privatelink.md, "Limit the requests of a consumer"`,
      async look() {
        if (target.emulated) return { good: undefined, saw: "an emulated AWS counts no requests" };
        const { LoadBalancerArn = "" } = await loadBalancer(
          new ElasticLoadBalancingV2Client(clientOptions),
          `${prefix}-alb`,
        );
        const LoadBalancer = LoadBalancerArn.replace(/^.*:loadbalancer\//, "");
        const [atTheAlb, allowed, blocked, unidentified] = await Promise.all([
          sum("AWS/ApplicationELB", "RequestCount", { LoadBalancer }),
          ofWebAcl("AllowedRequests", "ALL"),
          ofWebAcl("BlockedRequests", "ALL"),
          ofWebAcl("CountedRequests", UNIDENTIFIED),
        ]);
        return judge({ atTheAlb, atTheWebAcl: allowed + blocked, unidentified }, bySubject);
      },
    },
  ];
}

/** Where limits go by a header that clients send, some may leave it out; the subject of a certificate they can't. */
export function judge({ atTheAlb, atTheWebAcl, unidentified }: Counted, bySubject: boolean): Finding {
  const saw = `in the last hour ${atTheAlb} requests at the ALB, ${atTheWebAcl} at the web ACL, ${unidentified} of them without a consumer`;
  if (atTheAlb === 0) return { good: undefined, saw };
  return { good: atTheWebAcl > 0 && !(bySubject && unidentified > 0), saw };
}
