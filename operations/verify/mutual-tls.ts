import {
  DescribeListenersCommand,
  DescribeTrustStoresCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { MutualTls } from "../../config/schema/mutual-tls";
import { type Item, tally, theOnly } from "./check";
import { loadBalancer } from "./load-balancer";

/** That every listener of the ALB treats clients' certificates as the file says, with a trust store that holds CAs. */
export function mutualTls(
  elb: ElasticLoadBalancingV2Client,
  prefix: string,
  { mode }: Pick<MutualTls, "mode">,
): Omit<Item, "next"> {
  return {
    item: `ALB ${{ verify: "verifies certificates of clients", passthrough: "passes certificates of clients on", off: "asks clients for no certificate" }[mode]}`,
    async look() {
      const { LoadBalancerArn } = await loadBalancer(elb, `${prefix}-alb`);
      const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
      const stores =
        mode === "verify"
          ? (await elb.send(new DescribeTrustStoresCommand({ Names: [`${prefix}-clients`] }))).TrustStores
          : undefined;
      const store = stores && theOnly(stores, `trust store ${prefix}-clients`);
      const listeners = tally(
        Listeners ?? [],
        ({ MutualAuthentication }) =>
          (MutualAuthentication?.Mode ?? "off") === mode &&
          MutualAuthentication?.TrustStoreArn === store?.TrustStoreArn,
        ({ MutualAuthentication, Port }) => `port ${Port}: ${MutualAuthentication?.Mode ?? "off"}`,
      );
      if (!store) return listeners;
      const { NumberOfCaCertificates = 0, Status, TotalRevokedEntries = 0 } = store;
      return {
        good: listeners.good && Status === "ACTIVE" && NumberOfCaCertificates > 0,
        saw: `${listeners.saw}; ${NumberOfCaCertificates} CA certificates, ${TotalRevokedEntries} revoked, ${Status}`,
      };
    },
  };
}
