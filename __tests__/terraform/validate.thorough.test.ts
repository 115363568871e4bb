import fc from "fast-check";
import { loadConfiguration } from "../../config/load";
import { anyConfiguration } from "../../proof/arbitraries/configuration";
import { validateTogether } from "../../proof/validate-random/validate-together";
import { load } from "../config/support";
import { consumerOf, environmentOf } from "../synth";
import { testWithTerraform } from "./installed";

const sample = fc.sample(anyConfiguration, { numRuns: 2, seed: 3 });

/** The committed files, the modes that they do not use, and a sample of what `npx ecs-privatelink validate-random` makes by the hundred. */
const configurations = () => ({
  ...Object.fromEntries(sample.map((files, index) => [`random${index}`, load(files)])),
  committed: loadConfiguration(),
  otherModes: {
    environments: [
      environmentOf({
        network: { cidr: "10.20.0.0/16", natGateways: "none", ipAddressType: "dualstack" },
        compute: { launchType: "FARGATE", fargate: { spotSharePercent: 50 } },
        privatelink: {
          albTargetMode: "alb-target",
          enforceInboundRulesOnPrivateLinkTraffic: "on",
          consumerCidrs: ["10.0.0.0/8"],
          privateDns: { name: "app.example.com", publicZoneId: "Z0123456789ABCDEFGHIJ" },
        },
        observability: { alarmEmails: ["platform@example.com"] },
      }),
    ],
    consumers: [
      consumerOf({
        region: "eu-central-1",
        accountId: "444455556666",
        service: { name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" },
        vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
        clients: { cidrs: ["10.1.0.0/16"] },
        dns: { mode: "private-dns", privateDnsEnabled: true },
      }),
    ],
  },
});

testWithTerraform(
  "Terraform accepts every stack of every mode",
  async () => {
    const { errors, skipped, validated } = await validateTogether(configurations());
    expect(errors).toEqual([]);
    const random = sample.flatMap(({ environments, consumers }) => [
      ...Object.values(environments).flatMap(({ backend }) => [
        "network",
        "data",
        "compute",
        "privatelink-service",
        ...((backend?.type ?? "s3") === "s3" ? ["state-backend"] : []),
      ]),
      ...Object.keys(consumers),
    ]);
    expect(validated.length + skipped.length).toBe(17 + random.length);
    if (skipped.length > 0) console.warn(`not validated: ${skipped.join(", ")}`);
  },
  300_000,
);
