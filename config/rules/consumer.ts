import { isNameOfAws, namesOfAws } from "../names-of-aws";
import { partition, type Region, zonesWithoutCrossRegionAccess } from "../regions";
import type { Consumer } from "../schema";
import { foreignZones, prefixLength, unusableVpcBlock } from "./network";
import type { ConsumerRule, Finding } from "./rule";

const createEndpoint = 'AWS PrivateLink Guide, "Create an interface endpoint"';
const crossRegion = 'AWS PrivateLink Guide, "Create a service powered by AWS PrivateLink"';

/** Region of the endpoint service; undefined where the environment that is named decides. */
export const serviceRegion = ({ region, service }: Consumer): Region | undefined =>
  service.region ?? (service.environment ? undefined : region);

/** The service is named, or found through an environment of this project. */
export const serviceIsNamedOnce: ConsumerRule = ({ service }) => {
  if (Boolean(service.name) !== Boolean(service.environment)) return [];
  const given = service.name ? "both name and environment" : "neither name nor environment";
  const fix = service.name ? "remove one of them" : "add the service name from the provider's invitation";
  return [{ path: ["service"], given, allowed: "exactly one of name and environment", fix }];
};

/** A service name holds the Region of the service. */
export const serviceNameIsOfItsRegion: ConsumerRule = (consumer) => {
  const named = /\.vpce\.([a-z0-9-]+)\.vpce-svc-/.exec(consumer.service.name ?? "")?.[1];
  const region = serviceRegion(consumer);
  if (!named || !region || named === region) return [];
  const option = consumer.service.region ? "service.region" : "region";
  return [
    {
      path: ["service", "name"],
      allowed: `a service in ${region}, as ${option} says`,
      fix: `set service.region to ${named}, or correct the name`,
      source: crossRegion,
    },
  ];
};

/** PrivateLink does not cross partitions. */
export const serviceIsInThePartition: ConsumerRule = ({ region, service }) =>
  partition(service.region ?? region) === partition(region)
    ? []
    : [
        {
          path: ["service", "region"],
          allowed: `Regions of partition ${partition(region)}`,
          fix: "connect from a Region of the service's partition",
          source: crossRegion,
        },
      ];

/** The VPC is found by id or by tags, or it is created. */
export const vpcIsChosenOnce: ConsumerRule = ({ vpc }) => {
  const chosen = (["id", "tags", "cidr"] as const).filter((way) => vpc[way] !== undefined);
  if (chosen.length === 1) return [];
  return [
    {
      path: ["vpc"],
      given: chosen.length === 0 ? "none of id, tags and cidr" : chosen.join(" and "),
      allowed: "exactly one of id, tags and cidr",
      fix: chosen.length === 0 ? "add id of an existing VPC, or cidr to create a small one" : `keep one of them`,
    },
  ];
};

/** No tags single out nothing. */
export const tagsSingleSomethingOut: ConsumerRule = ({ vpc }) =>
  (["tags", "subnetTags"] as const).flatMap((name) => {
    const tags = vpc[name];
    if (!tags || Object.keys(tags).length > 0) return [];
    return { path: ["vpc", name], allowed: "at least one tag", fix: "add a tag, or remove the line" };
  });

/** The endpoint's subnets in an existing VPC are named, or found by zone. */
export const subnetsOfAnExistingVpcAreChosen: ConsumerRule = ({ vpc }) => {
  if (vpc.cidr) return [];
  const ways = [vpc.subnetIds, vpc.availabilityZoneIds].filter((way) => way && way.length > 0);
  if (ways.length === 1) return [];
  return [
    {
      path: ["vpc"],
      given: ways.length === 0 ? "no subnets of the VPC" : "both subnetIds and availabilityZoneIds",
      allowed: "exactly one of subnetIds and availabilityZoneIds, with one subnet per zone",
      fix: ways.length === 0 ? "add the subnets' ids, or the zones to look for them" : "remove one of them",
      source: createEndpoint,
    },
  ];
};

/** AZ IDs begin with their Region's letters: the consumer's own for its VPC, the service's for the service. */
export const consumerZonesBelongToTheirRegion: ConsumerRule = (consumer) => {
  const { region, service, vpc } = consumer;
  const ofTheService = serviceRegion(consumer);
  return [
    ...foreignZones(["vpc", "availabilityZoneIds"], vpc.availabilityZoneIds ?? [], region),
    ...(ofTheService
      ? foreignZones(["service", "availabilityZoneIds"], service.availabilityZoneIds ?? [], ofTheService)
      : []),
  ];
};

/** Some zones take no part in cross-Region access, on neither side. */
export function excludedFromOtherRegions({ vpc }: Consumer): Finding[] {
  return (vpc.availabilityZoneIds ?? []).flatMap((id, index) =>
    zonesWithoutCrossRegionAccess.includes(id)
      ? {
          path: ["vpc", "availabilityZoneIds", index],
          allowed: `for a service of another Region: zones other than ${zonesWithoutCrossRegionAccess.join(", ")}`,
          fix: "name another zone",
          source: crossRegion,
        }
      : [],
  );
}

/** Zones that take no part in cross-Region access are refused where the service is in another Region. */
export const consumerZonesTakePartInCrossRegionAccess: ConsumerRule = (consumer) =>
  (serviceRegion(consumer) ?? consumer.region) === consumer.region ? [] : excludedFromOtherRegions(consumer);

/** Within a Region an endpoint connects only in zones that the service has. */
export const consumerZonesAreTheServices: ConsumerRule = (consumer) =>
  serviceRegion(consumer) === consumer.region && consumer.service.availabilityZoneIds
    ? zonesBeyond(consumer, consumer.service.availabilityZoneIds, "service.availabilityZoneIds")
    : [];

/** What the consumer's VPC wants beyond the zones of the service. */
export function zonesBeyond({ vpc }: Consumer, serviceZones: readonly string[], where: string): Finding[] {
  if (vpc.cidr) {
    if (vpc.availabilityZoneCount <= serviceZones.length) return [];
    return [
      {
        path: ["vpc", "availabilityZoneCount"],
        allowed: `at most ${serviceZones.length}, the zones of the service (${where})`,
        fix: `write ${serviceZones.length}`,
        source: createEndpoint,
      },
    ];
  }
  return (vpc.availabilityZoneIds ?? []).flatMap((id, index) =>
    serviceZones.includes(id)
      ? []
      : {
          path: ["vpc", "availabilityZoneIds", index],
          allowed: `zones of the service: ${serviceZones.join(", ")} (${where})`,
          fix: "use a zone that both sides have",
          source: createEndpoint,
        },
  );
}

/** A small VPC of up to three zones: /16 to /26. */
export const createdVpcBlockIsUsable: ConsumerRule = ({ vpc }) => {
  if (!vpc.cidr) return [];
  const path = ["vpc", "cidr"];
  const source = 'Amazon VPC User Guide, "VPC CIDR blocks"';
  const given = unusableVpcBlock(vpc.cidr);
  if (given)
    return [{ path, given, allowed: "a private block, e.g. 10.90.0.0/24", fix: "choose another block", source }];
  const length = prefixLength(vpc.cidr);
  if (length >= 16 && length <= 26) return [];
  const fix = length < 16 ? "lengthen the prefix to /16 or more" : "shorten the prefix to /26 or less";
  return [{ path, allowed: "a block from /16 to /26", fix, source }];
};

/** In an existing VPC no client is admitted by default, and an endpoint without clients is a mistake. */
export const clientsAreNamed: ConsumerRule = ({ clients, vpc }) =>
  vpc.cidr || [clients.cidrs, clients.prefixListIds, clients.securityGroupIds].some(({ length }) => length > 0)
    ? []
    : [
        {
          path: ["clients"],
          given: "no clients that may use the endpoint",
          allowed: "in an existing VPC: at least one of cidrs, prefixListIds and securityGroupIds",
          fix: "add the clients' address ranges, prefix lists or security groups",
        },
      ];

/** A range of all addresses excludes no client. */
export const clientRangesExcludeSomebody: ConsumerRule = ({ clients }) =>
  clients.cidrs.flatMap((cidr, index) =>
    cidr.endsWith("/0")
      ? {
          path: ["clients", "cidrs", index],
          allowed: "ranges that do not include every address",
          fix: "name the clients' ranges",
        }
      : [],
  );

/** Clients connect to an address of their own family. */
export const clientRangesAreOfTheEndpointsFamily: ConsumerRule = ({ clients, endpoint }) => {
  const { ipAddressType = "ipv4" } = endpoint;
  if (ipAddressType === "dualstack") return [];
  return clients.cidrs.flatMap((cidr, index) =>
    cidr.includes(":") === (ipAddressType === "ipv6")
      ? []
      : {
          path: ["clients", "cidrs", index],
          allowed: `${ipAddressType === "ipv6" ? "IPv6" : "IPv4"} ranges, since endpoint.ipAddressType is ${ipAddressType}`,
          fix: "remove the range, or set endpoint.ipAddressType to dualstack",
          source: createEndpoint,
        },
  );
};

/** The VPC that is created for clients has IPv4 addresses alone. */
export const createdVpcHasIpv4Alone: ConsumerRule = ({ endpoint, vpc }) =>
  vpc.cidr && endpoint.ipAddressType && endpoint.ipAddressType !== "ipv4"
    ? [
        {
          path: ["endpoint", "ipAddressType"],
          allowed: "ipv4 with vpc.cidr, since the created VPC has no IPv6 addresses",
          fix: "give an existing VPC whose subnets have IPv6 blocks, or remove the line",
        },
      ]
    : [];

/** A private hosted zone needs a name. */
export const hostedZoneHasAName: ConsumerRule = ({ dns }) =>
  dns.mode === "private-hosted-zone" && !dns.name
    ? [
        {
          path: ["dns", "name"],
          allowed: "with dns.mode private-hosted-zone: a domain name, e.g. app.example.internal",
          fix: "add dns.name",
        },
      ]
    : [];

/** A zone of AWS's own names would hide API endpoints or instances from every client of the VPC. */
export const hostedZoneIsNotOfAws: ConsumerRule = ({ dns }) =>
  dns.name && isNameOfAws(dns.name)
    ? [
        {
          path: ["dns", "name"],
          allowed: `names that are not AWS's own (${namesOfAws.join(", ")}), since the zone hides them from the whole VPC`,
          fix: "choose a name of your own, e.g. app.example.internal",
          source: 'Amazon Route 53 Developer Guide, "Considerations when working with a private hosted zone"',
        },
      ]
    : [];

/** The endpoint's own VPC sees the zone anyway; Route 53 refuses to associate it twice. */
export const furtherVpcsAreOthers: ConsumerRule = ({ dns, vpc }) =>
  dns.additionalVpcIds.flatMap((id, index) =>
    id === vpc.id
      ? {
          path: ["dns", "additionalVpcIds", index],
          allowed: "VPCs other than vpc.id, which is always associated with the zone",
          fix: "remove it",
          source: 'Amazon Route 53 API Reference, "AssociateVPCWithHostedZone"',
        }
      : [],
  );
