import type { EnvironmentInput } from "../../config/schema";
import type { Stacks } from "../../paths/model/stacks";
import { firstUnproven } from "../../paths/prove";
import { sample, thorough } from "../lane";
import { consumerOf, environmentOf, synthesize } from "../synth";
import { addedRoutes, ipv6Mutations, type Mutation, mutations } from "./mutations";

const consumer = consumerOf({
  region: "eu-central-1",
  accountId: "111122223333",
  service: { environment: "test" },
  vpc: { cidr: "10.90.0.0/24" },
});

/** Every option of every mode is in one of them, NAT none together with each of the others. */
const modes: Record<string, Partial<EnvironmentInput>> = {
  "no NAT, EC2, ip-sync in the VPC, enforced": {
    network: { cidr: "10.20.0.0/16", natGateways: "none", availabilityZoneCount: 2 },
    privatelink: {
      enforceInboundRulesOnPrivateLinkTraffic: "on",
      consumerCidrs: ["10.90.0.0/16", "172.20.0.0/16"],
      sync: { insideVpc: true },
    },
  },
  "no NAT, Fargate, alb-target": {
    network: { cidr: "10.20.0.0/16", natGateways: "none", availabilityZoneCount: 2 },
    compute: { launchType: "FARGATE" },
    privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", albTargetMode: "alb-target" },
  },
  "one NAT gateway, EC2, ip-sync, enforced": {
    network: { cidr: "10.20.0.0/16", natGateways: "single", availabilityZoneCount: 2 },
    privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "on", consumerCidrs: ["10.90.0.0/16"] },
  },
  "NAT in each zone, Fargate, ip-sync, files alone": {
    network: { cidr: "10.20.0.0/16", natGateways: "perAz", availabilityZoneCount: 2 },
    compute: { launchType: "FARGATE" },
    data: { database: { use: "none" }, staticAssets: { use: "none" } },
    privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off" },
  },
};

/** Mutations that change nothing that the pattern promises, with the reason. */
const harmless: { readonly reason: string; readonly is: (mutation: Mutation, mode: string) => boolean }[] = [
  {
    reason: "with NAT, the rule for HTTPS to any address covers S3 as well",
    is: ({ address, change }, mode) => !mode.startsWith("no NAT") && change === "remove" && /egress_s3_/.test(address),
  },
  {
    reason: "with one NAT gateway, nothing stands in the other zones' public subnets",
    is: ({ address, change }, mode) =>
      mode.startsWith("one NAT") &&
      change === "remove" &&
      /public-(internet-route|route-table-association)-2/.test(address),
  },
];

// Of these four, one of two is without NAT and one with it, so that every reason below applies to one.
const environments = sample(Object.entries(modes), 2).map(([mode, options]) => ({
  mode,
  environment: environmentOf(options),
}));
const all = environments.map(({ environment, mode }) => {
  const stacks: Stacks = synthesize({ environments: [environment], consumers: [consumer] }).stacks;
  const changes = [...mutations(stacks), ...addedRoutes(stacks)];
  const survivors = changes.filter((mutation) => !firstUnproven(mutation.apply(), environment, [consumer]));
  return { mode, stacks, environment, changes, survivors };
});

describe("each security group rule, route, association, endpoint and listener matters", () => {
  test.each(all)("$mode: all is proven as it is", ({ environment, stacks }) => {
    expect(firstUnproven(stacks, environment, [consumer])).toBeUndefined();
  });

  test.each(all)("$mode: no mutation survives without a reason", ({ mode, survivors }) => {
    const unexplained = survivors.filter((mutation) => !harmless.some(({ is }) => is(mutation, mode)));
    expect(unexplained.map(({ address, change, stack }) => `${change} ${stack} ${address}`)).toEqual([]);
  });

  test("at most 5 % survive, and no reason is out of date", () => {
    const count = all.reduce((sum, { changes }) => sum + changes.length, 0);
    const survivors = all.flatMap(({ mode, survivors: own }) => own.map((mutation) => ({ mutation, mode })));
    expect(count).toBeGreaterThan(thorough ? 200 : 100);
    expect(survivors.length / count).toBeLessThanOrEqual(0.05);
    for (const { is, reason } of harmless) {
      expect([reason, survivors.some(({ mode, mutation }) => is(mutation, mode))]).toEqual([reason, true]);
    }
  });
});

test("dual stack: no mutation over IPv6 survives without a reason", () => {
  const environment = environmentOf({
    network: { cidr: "10.20.0.0/16", natGateways: "single", availabilityZoneCount: 2, ipAddressType: "dualstack" },
    privatelink: {
      enforceInboundRulesOnPrivateLinkTraffic: "on",
      consumerCidrs: ["10.90.0.0/16", "2001:db8:1200::/48"],
    },
  });
  const stacks: Stacks = synthesize({ environments: [environment], consumers: [consumer] }).stacks;
  expect(firstUnproven(stacks, environment, [consumer])).toBeUndefined();
  const changes = ipv6Mutations(stacks);
  expect(new Set(changes.map(({ change }) => change))).toEqual(
    new Set(["remove", "widen to all ports", "widen to ::/0", "add an IPv6 default route to"]),
  );
  const survivors = changes.filter((mutation) => !firstUnproven(mutation.apply(), environment, [consumer]));
  // Nothing is in public subnets but NAT gateways, which have no IPv6.
  const harmful = survivors.filter(
    ({ address, change }) => !(change.startsWith("add") && /public-route-table-\d/.test(address)),
  );
  expect(harmful.map(({ address, change }) => `${change} ${address}`)).toEqual([]);
  expect(survivors).toHaveLength(2);
});
