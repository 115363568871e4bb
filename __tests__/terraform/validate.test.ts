import { spawnSync } from "node:child_process";
import { loadConfiguration } from "../../config/load";
import { consumerOf, environmentOf } from "../synth";
import { validateTogether } from "./validate-together";

const terraformIsThere = ["terraform", "tofu"].some((name) => spawnSync(name, ["version"]).status === 0);
const testWithTerraform = terraformIsThere ? test : test.skip;

/** The committed files, and the modes that they do not use. */
const configurations = () => ({
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
    expect(validated.length + skipped.length).toBe(17);
    if (skipped.length > 0) console.warn(`not validated: ${skipped.join(", ")}`);
  },
  120_000,
);
