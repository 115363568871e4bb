import { Route53ResolverQueryLogConfigAssociation } from "@cdktf/provider-aws/lib/route53-resolver-query-log-config-association";
import type { Extensions } from "./extend";

export const extensions: Extensions = {
  // A property of a resource, in every environment.
  compute: ({ loadBalancer }) => {
    loadBalancer.loadBalancer.xffHeaderProcessingMode = "preserve";
  },
  // One environment. `addOverride` writes any argument of the Terraform JSON, also one that the provider's types lack.
  data: ({ database }, { name }) => {
    if (name !== "prod" || !database) return;
    database.instance.monitoringInterval = 15;
    database.instance.addOverride("timeouts.update", "120m");
  },
  // A resource of your own: it has the stack's provider, tags and state.
  network: (stack) => {
    new Route53ResolverQueryLogConfigAssociation(stack, "acme-query-log", {
      resolverQueryLogConfigId: "rqlc-0123456789abcdef0",
      resourceId: stack.network.vpcId,
    });
  },
};
