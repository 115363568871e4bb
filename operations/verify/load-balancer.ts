import {
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
  type LoadBalancer,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Item, theOnly } from "./check";

/**
 * A load balancer by name.
 *
 * @throws Error where there is none
 */
export async function loadBalancer(elb: ElasticLoadBalancingV2Client, name: string): Promise<LoadBalancer> {
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: [name] }));
  return theOnly(LoadBalancers, `load balancer ${name}`);
}

/** That a load balancer is active and internal. */
export function activeLoadBalancer(elb: ElasticLoadBalancingV2Client, name: string, kind: string): Omit<Item, "next"> {
  return {
    item: `${kind} is active and internal`,
    async look() {
      const { Scheme, State } = await loadBalancer(elb, name);
      return { good: State?.Code === "active" && Scheme === "internal", saw: `${State?.Code}, ${Scheme}` };
    },
  };
}
