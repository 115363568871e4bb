import ipaddr from "ipaddr.js";
import {
  addressRange,
  environmentSubnets,
  hasInstances,
  hasNat,
  imageAddress,
  interfaceEndpoints,
  zoneCount,
} from "../derive";
import { ecrRegistry, parseEcrImage } from "../ecr";
import { type Region, zonePrefix, zonesWithoutThePattern } from "../regions";
import type { Environment } from "../schema";
import { workloads } from "../workloads";
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
  if (network.cidr === undefined) return [];
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
  if (!network.cidr || !hasInstances(compute) || !overlap(network.cidr, "172.17.0.0/16")) return [];
  const allowed = "with instances: a block without 172.17.0.0/16, which Docker uses on the instances";
  return [{ path: ["network", "cidr"], allowed, fix: "choose another block", source: vpcBlocks }];
};

/** All subnets lie in the VPC's block, without overlap; room for a third zone is kept, so that adding it moves no subnet. */
export const subnetsFitIntoVpc: EnvironmentRule = (environment) => {
  const { cidr, subnets } = environment.network;
  if (cidr === undefined || environmentSubnets(environment)) return [];
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
  network.existing || network.subnets.privatePrefixLength <= 27
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
 * Addresses that an environment takes of each private subnet: every task, instance, load balancer node and endpoint one;
 * a deployment doubles the tasks for a while.
 */
export function neededAddresses(environment: Environment): number {
  const { application, compute } = environment;
  const perZone = (count: number) => Math.ceil(count / zoneCount(environment));
  return (
    forApplicationLoadBalancer +
    forNetworkLoadBalancer +
    perZone(2 * application.maximumTasks) +
    perZone(workloads(environment).reduce((sum, { maximumTasksDeploying }) => sum + maximumTasksDeploying, 0)) +
    (hasInstances(compute) ? perZone(compute.ec2.maximumInstances) : 0) +
    interfaceEndpoints(environment).length
  );
}

/** A private subnet has an address for everything that may be in it. */
export const privateSubnetsHoldAllTasks: EnvironmentRule = (environment) => {
  const { application, network } = environment;
  if (network.existing) return [];
  const needed = reservedByAws + neededAddresses(environment);
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

/** Named zones are those of the VPC: as many as asked for, or as its subnets are in. */
export const zoneIdsMatchZoneCount: EnvironmentRule = ({ network }) => {
  const { availabilityZoneCount: count, availabilityZoneIds: ids, existing } = network;
  if (!ids) return [];
  if (existing) return zonesOfSubnets(ids, existing.privateSubnets.ids);
  if (ids.length === count) return [];
  return [
    {
      path: ["network", "availabilityZoneIds"],
      given: `${ids.length} zones (${ids.join(", ")})`,
      allowed: `${count} zones, as network.availabilityZoneCount says`,
      fix: `name ${count} zones, or change availabilityZoneCount`,
    },
  ];
};

/** Load balancers and the database need two zones; each subnet is in one of those that are named. */
function zonesOfSubnets(zones: readonly string[], subnets: readonly string[] | undefined): Finding[] {
  const enough = subnets ? zones.length === subnets.length : zones.length >= 2;
  if (enough) return [];
  return [
    {
      path: ["network", "availabilityZoneIds"],
      given: `${zones.length} zones (${zones.join(", ")})`,
      allowed: subnets
        ? `${subnets.length} zones, one for each of network.existing.privateSubnets`
        : "at least 2 zones, in each of which a subnet is looked up",
      fix: subnets ? `name ${subnets.length} zones, or remove the line` : "name the zones of the subnets",
      source: 'User Guide for Application Load Balancers, "Subnets for your load balancer"',
    },
  ];
}

/** Of the three zones of us-west-1 an account has two, and one of the three carries no environment. */
const regionsOfTwoZones: readonly Region[] = ["us-west-1"];

/** A plan counts the zones of the account; of some Regions the count is known before. */
export const regionHasTheZones: EnvironmentRule = ({ network, region }) =>
  network.existing || network.availabilityZoneCount === 2 || !regionsOfTwoZones.includes(region)
    ? []
    : [
        {
          path: ["network", "availabilityZoneCount"],
          allowed: `2 in ${region}`,
          fix: "write 2, or choose another Region",
          source: 'AWS Regions and Availability Zones, "AWS Regions"',
        },
      ];

/** An Availability Zone ID begins with its Region's own letters. */
export const zoneIdsBelongToRegion: EnvironmentRule = ({ network, region }) =>
  foreignZones(["network", "availabilityZoneIds"], network.availabilityZoneIds ?? [], region);

/** Some zones lack what every environment needs. Where zones are not named, they are left out. */
export const zonesCarryThePattern: EnvironmentRule = ({ network }) =>
  (network.availabilityZoneIds ?? []).flatMap((id, index) =>
    zonesWithoutThePattern.includes(id)
      ? {
          path: ["network", "availabilityZoneIds", index],
          allowed: `zones other than ${zonesWithoutThePattern.join(", ")}, which lack NAT gateways, current instance types or Fargate`,
          fix: "name another zone",
          source: 'Amazon ECS Developer Guide, "Regions that support AWS Fargate"',
        }
      : [],
  );

/** The interface endpoint of S3 takes a private DNS name only after the gateway endpoint, and would add nothing to it. */
export const s3IsReachedThroughItsGateway: EnvironmentRule = ({ network }) =>
  network.additionalInterfaceEndpoints.flatMap((service, index) =>
    service === "s3"
      ? {
          path: ["network", "additionalInterfaceEndpoints", index],
          allowed: "services other than s3, which every VPC reaches through its gateway endpoint",
          fix: "remove it",
          source: 'AWS PrivateLink guide, "AWS PrivateLink for Amazon S3"',
        }
      : [],
  );

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
export const imageIsReachableWithoutNat: EnvironmentRule = (environment) => {
  if (hasNat(environment)) return [];
  const { region } = environment;
  return [
    { path: ["application", "image"], image: environment.application.image },
    ...workloads(environment).map(({ options, path }) => ({ path: [...path, "image"], image: options.image })),
  ].flatMap(({ image, path: section }) => {
    const uri = imageAddress(image);
    const path = [...section, ...(image.uri === undefined ? ["parameter", "repository"] : ["uri"])];
    const ecr = uri === undefined ? undefined : parseEcrImage(uri);
    if (uri === undefined || (ecr && uri.startsWith(`${ecrRegistry(ecr.account, region)}/`))) return [];
    return {
      path,
      allowed: `without NAT: an image in Amazon ECR of ${region}, by its host ${ecrRegistry("<account>", region)}`,
      fix: "copy the image into a repository of ECR (a pull through cache fetches it over NAT the first time), or choose NAT gateways",
      source: 'Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)"',
    };
  });
};

/**
 * PrivateLink lets overlapping networks talk, so environments in different accounts or Regions may overlap, and so may
 * consumers. Two VPCs of one account and Region however share what looks at addresses: VPN and transit gateway routes,
 * peering, consumerCidrs, flow logs. Another block costs nothing before the first deployment and a new VPC after it.
 */
export const environmentsDoNotOverlap: ConfigurationRule = ({ environments }) => {
  // Environments in an existing VPC share it, or are where its owner has put it.
  const created = environments.flatMap((environment) => {
    const { cidr } = environment.network;
    return cidr === undefined ? [] : [{ environment, cidr }];
  });
  const neighbours = new Map<string, typeof created>();
  for (const one of created.sort((a, b) => addressRange(a.cidr).first - addressRange(b.cidr).first)) {
    const place = `${one.environment.accountId}/${one.environment.region}`;
    neighbours.set(place, [...(neighbours.get(place) ?? []), one]);
  }
  return [...neighbours.values()].flatMap((group) =>
    group.flatMap(({ cidr, environment }, index) => {
      const before = group[index - 1];
      if (!before || environment.acknowledge.overlappingNetwork) return [];
      if (before.environment.acknowledge.overlappingNetwork || !overlap(before.cidr, cidr)) return [];
      return [
        {
          owner: environment,
          path: ["network", "cidr"],
          given: `${cidr}, which overlaps ${before.cidr} of ${before.environment.name}`,
          allowed: "a block that no other environment in the account and Region uses",
          fix: "choose another block, name different accounts, or give a reason in acknowledge.overlappingNetwork",
          source: 'AWS Well-Architected Framework, "REL02-BP05 Enforce non-overlapping private IP address ranges"',
        },
      ];
    }),
  );
};

/** The Region and what stands before it are the same for every endpoint of a network. */
export const additionalEndpointsAreLastParts: EnvironmentRule = ({ network, region }) =>
  network.additionalInterfaceEndpoints.flatMap((service, index) => {
    const [, named = "", last = ""] =
      /^(?:cn\.)?(?:com\.amazonaws|aws\.api|aws)\.([a-z]{2}(?:-[a-z]+)+-\d)\.(.+)$/.exec(service) ?? [];
    if (!last && !/^(cn\.)?com\.amazonaws\./.test(service)) return [];
    const path = ["network", "additionalInterfaceEndpoints", index];
    const source = 'AWS PrivateLink Guide, "AWS services that integrate with AWS PrivateLink"';
    if (service.includes(".vpce-svc-") || !last) {
      return {
        path,
        allowed: "services of AWS by the last part of their names",
        fix: "connect to endpoint services of others with a consumer's file",
        source,
      };
    }
    return {
      path,
      allowed: `the last part of a service name in ${region}, e.g. sqs`,
      fix: named === region ? `write ${last}` : `write ${last}, which is the service in ${region}`,
      source,
    };
  });
