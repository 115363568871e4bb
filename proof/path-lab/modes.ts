import { minimalEnvironment } from "../../config/minimal";
import { type Configuration, consumerSchema, type EnvironmentInput, environmentSchema } from "../../config/schema";

/** Configurations whose networks are built: together they hold both values of every mode, and each NAT mode. */
export const modes: Readonly<Record<string, Configuration>> = {
  "one NAT gateway, EC2, ip-sync, not enforced": configuration({ natGateways: "single" }, "EC2", {
    enforceInboundRulesOnPrivateLinkTraffic: "off",
  }),
  "no NAT, EC2, ip-sync in the VPC, enforced": configuration({ natGateways: "none" }, "EC2", {
    enforceInboundRulesOnPrivateLinkTraffic: "on",
    consumerCidrs: ["10.90.0.0/16", "172.20.0.0/16"],
    sync: { insideVpc: true },
  }),
  "NAT gateway in each zone, Fargate, alb-target, enforced": configuration({ natGateways: "perAz" }, "FARGATE", {
    enforceInboundRulesOnPrivateLinkTraffic: "on",
    consumerCidrs: ["10.90.0.0/24"],
    albTargetMode: "alb-target",
  }),
};

function configuration(
  network: { readonly natGateways: "none" | "single" | "perAz" },
  launchType: "EC2" | "FARGATE",
  privatelink: EnvironmentInput["privatelink"],
): Configuration {
  const { accountId, region } = minimalEnvironment;
  const environment = environmentSchema.parse({
    ...minimalEnvironment,
    network: { ...minimalEnvironment.network, availabilityZoneCount: 2, ...network },
    compute: { launchType },
    privatelink,
  });
  const consumer = consumerSchema.parse({
    region,
    accountId,
    service: { environment: "lab" },
    vpc: { cidr: "10.90.0.0/24" },
  });
  return { environments: [{ ...environment, name: "lab" }], consumers: [{ ...consumer, name: "client" }] };
}
