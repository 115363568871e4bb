import ipaddr from "ipaddr.js";
import { addressRange, environmentSubnets, hasInstances, interfaceEndpoints } from "../derive";
import { partition, type Region, zonePrefix } from "../regions";
import type { Environment } from "../schema";
import type { ConfigurationRule, EnvironmentRule, Finding } from "./rule";

const vpcBlocks = 'Amazon VPC User Guide, "VPC CIDR blocks"';

export const prefixLength = (cidr: string): number => Number(cidr.split("/")[1]);

export const overlap = (one: string, other: string): boolean => {
  const [a, b] = [addressRange(one), addressRange(other)];
  return a.first <= b.last && b.first <= a.last;
};

/**
 * Addresses that no VPC can have: this host, loopback, link-local, multicast and reserved ones.
 * Public addresses are not refused: an organization may own them.
 */
export function unusableVpcBlock(cidr: string): string | undefined {
  const kinds: readonly string[] = ["unspecified", "loopback", "linkLocal", "multicast", "broadcast"];
  const [address] = ipaddr.IPv4.parseCIDR(cidr);
  const kind = address.range();
  if (kinds.includes(kind) || overlap(cidr, "240.0.0.0/4")) return `${cidr} (${kind} addresses)`;
  return undefined;
}

/** AWS takes /16 to /28 for a VPC; below /24 three zones of load balancers, tasks and a database do not fit. */
export const vpcBlockIsUsable: EnvironmentRule = ({ network }) => {
  const path = ["network", "cidr"];
  const given = unusableVpcBlock(network.cidr);
  if (given) {
    const allowed = "a private block, e.g. of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16";
    return [{ path, given, allowed, fix: "choose a block of those", source: vpcBlocks }];
  }
  const length = prefixLength(network.cidr);
  if (length >= 16 && length <= 24) return [];
  const fix = length < 16 ? "lengthen the prefix to /16 or more" : "shorten the prefix to /24 or less";
  return [{ path, allowed: "a block from /16 to /24", fix, source: vpcBlocks }];
};

/** Docker's bridge on every container instance is 172.17.0.0/16: answers to addresses in it never leave the instance. */
export const vpcBlockIsNotDockers: EnvironmentRule = ({ compute, network }) => {
  if (!hasInstances(compute) || !overlap(network.cidr, "172.17.0.0/16")) return [];
  const allowed = "with instances: a block without 172.17.0.0/16, which Docker uses on the instances";
  return [{ path: ["network", "cidr"], allowed, fix: "choose another block", source: vpcBlocks }];
};

/** All subnets lie in the VPC's block, without overlap; room for a third zone is kept, so that adding it moves no subnet. */
export const subnetsFitIntoVpc: EnvironmentRule = (environment) => {
  if (environmentSubnets(environment)) return [];
  const { cidr, subnets } = environment.network;
  const lengths = [subnets.publicPrefixLength, subnets.privatePrefixLength, subnets.isolatedPrefixLength];
  const addresses = lengths.reduce((sum, length) => sum + 3 * 2 ** (32 - length), 0);
  const needed = 32 - Math.ceil(Math.log2(addresses));
  return [
    {
      path: ["network", "cidr"],
      given: `${cidr}, which is too small for three zones of /${lengths.join(", /")} (public, private, isolated)`,
      allowed: `with these subnets: a block of at least /${needed}`,
      fix:
        needed >= 16
          ? `use a /${needed} block, or longer prefixes in network.subnets`
          : "use longer prefixes in network.subnets",
      source: 'Amazon VPC User Guide, "Subnet CIDR blocks"',
    },
  ];
};

/** A load balancer needs subnets of at least /27 with eight free addresses, to scale. */
export const privateSubnetsHoldALoadBalancer: EnvironmentRule = ({ network }) =>
  network.subnets.privatePrefixLength <= 27
    ? []
    : [
        {
          path: ["network", "subnets", "privatePrefixLength"],
          allowed: "at most 27: load balancers need subnets of /27 or larger",
          fix: "lower it to 27 or less",
          source: 'User Guide for Application Load Balancers, "Subnets for your load balancer"',
        },
      ];

const reservedByAws = 5;
const forApplicationLoadBalancer = 8;
const forNetworkLoadBalancer = 1;

/**
 * Every task, instance, load balancer node and endpoint takes an address of its zone's private subnet; a deployment
 * doubles the tasks for a while.
 */
export const privateSubnetsHoldAllTasks: EnvironmentRule = (environment) => {
  const { application, compute, network } = environment;
  const zones = network.availabilityZoneCount;
  const perZone = (count: number) => Math.ceil(count / zones);
  const needed =
    reservedByAws +
    forApplicationLoadBalancer +
    forNetworkLoadBalancer +
    perZone(2 * application.maximumTasks) +
    (hasInstances(compute) ? perZone(compute.ec2.maximumInstances) : 0) +
    interfaceEndpoints(environment).length;
  const length = network.subnets.privatePrefixLength;
  const room = 2 ** (32 - length);
  if (needed <= room) return [];
  const enough = 32 - Math.ceil(Math.log2(needed));
  return [
    {
      path: ["network", "subnets", "privatePrefixLength"],
      given: `/${length}: ${room} addresses a zone, where load balancers, endpoints and ${application.maximumTasks} tasks need up to ${needed}`,
      allowed: `at most ${enough} for this many tasks`,
      fix: `lower it to ${enough} or less, or lower application.maximumTasks`,
      source: 'Amazon ECS Developer Guide, "Allocate a network interface for an Amazon ECS task"',
    },
  ];
};

/** Named zones are those of the VPC: as many as asked for. */
export const zoneIdsMatchZoneCount: EnvironmentRule = ({ network }) => {
  const { availabilityZoneCount: count, availabilityZoneIds: ids } = network;
  if (!ids || ids.length === count) return [];
  return [
    {
      path: ["network", "availabilityZoneIds"],
      given: `${ids.length} zones (${ids.join(", ")})`,
      allowed: `${count} zones, as network.availabilityZoneCount says`,
      fix: `name ${count} zones, or change availabilityZoneCount`,
    },
  ];
};

/** An Availability Zone ID begins with its Region's own letters. */
export const zoneIdsBelongToRegion: EnvironmentRule = ({ network, region }) =>
  foreignZones(["network", "availabilityZoneIds"], network.availabilityZoneIds ?? [], region);

export function foreignZones(path: readonly string[], zoneIds: readonly string[], region: Region): Finding[] {
  const prefix = zonePrefix(region);
  return zoneIds.flatMap((id, index) =>
    id.startsWith(`${prefix}-`)
      ? []
      : {
          path: [...path, index],
          allowed: `zones of ${region}, whose ids begin with ${prefix}-az`,
          fix: "use the ids that `aws ec2 describe-availability-zones` prints for that Region",
          source: 'AWS Regions and Availability Zones, "AZ IDs"',
        },
  );
}

/** Without NAT the private subnets reach AWS services alone, so that no other registry can be pulled from. */
export const imageIsReachableWithoutNat: EnvironmentRule = ({ application, network, region }) => {
  const { uri } = application.image;
  if (network.natGateways !== "none" || !uri) return [];
  const suffix = partition(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  if (new RegExp(`^\\d{12}\\.dkr\\.ecr\\.${region}\\.${suffix.replaceAll(".", "\\.")}/`).test(uri)) return [];
  return [
    {
      path: ["application", "image", "uri"],
      allowed: `with network.natGateways none: an image in Amazon ECR of ${region}`,
      fix: "copy the image into ECR, e.g. with a pull through cache, or choose NAT gateways",
      source: 'Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)"',
    },
  ];
};

/**
 * PrivateLink lets overlapping networks talk, so environments in different accounts or Regions may overlap, and so may
 * consumers. Two VPCs of one account and Region however share what looks at addresses: VPN and transit gateway routes,
 * peering, consumerCidrs, flow logs. Another block costs nothing before the first deployment and a new VPC after it.
 */
export const environmentsDoNotOverlap: ConfigurationRule = ({ environments }) => {
  const first = (environment: Environment) => addressRange(environment.network.cidr).first;
  const neighbours = new Map<string, Environment[]>();
  for (const environment of [...environments].sort((a, b) => first(a) - first(b))) {
    const place = `${environment.accountId}/${environment.region}`;
    neighbours.set(place, [...(neighbours.get(place) ?? []), environment]);
  }
  return [...neighbours.values()].flatMap((group) =>
    group.flatMap((environment, index) => {
      const before = group[index - 1];
      if (!before || environment.acknowledge.overlappingNetwork || before.acknowledge.overlappingNetwork) return [];
      if (!overlap(before.network.cidr, environment.network.cidr)) return [];
      return [
        {
          environment,
          path: ["network", "cidr"],
          given: `${environment.network.cidr}, which overlaps ${before.network.cidr} of ${before.name}`,
          allowed: "a block of its own among the environments of one account and Region",
          fix: "choose another block, name different accounts, or give a reason in acknowledge.overlappingNetwork",
          source: 'AWS Well-Architected Framework, "REL02-BP05 Enforce non-overlapping private IP address ranges"',
        },
      ];
    }),
  );
};
