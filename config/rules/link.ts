import { furtherRegions, serviceListeners, zoneCount } from "../derive";
import { allowedPrincipals, clientRanges, covers } from "../service-consumers";
import { excludedFromOtherRegions, zonesBeyond } from "./consumer";
import type { LinkRule } from "./rule";

/** The service is where its environment is. */
export const linkedServiceIsInItsRegion: LinkRule = ({ service }, environment) =>
  service.region === undefined || service.region === environment.region
    ? []
    : [
        {
          path: ["service", "region"],
          allowed: `${environment.region}, the Region of ${environment.name}`,
          fix: "remove the line",
        },
      ];

/** Consumers of other Regions are let in only where the service lists theirs. */
export const linkedServiceSupportsTheRegion: LinkRule = ({ region }, environment) =>
  region === environment.region || furtherRegions(environment.privatelink).includes(region)
    ? []
    : [
        {
          path: ["region"],
          allowed: `Regions that ${environment.name} supports: ${[environment.region, ...furtherRegions(environment.privatelink)].join(", ")}`,
          fix: `add ${region} to privatelink.supportedRegions of ${environment.name}`,
          source: 'AWS PrivateLink Guide, "Create a service powered by AWS PrivateLink"',
        },
      ];

/** From another Region a consumer connects only in zones that take part in it. */
export const linkedServiceIsReachedFromItsZones: LinkRule = (consumer, environment) =>
  consumer.region === environment.region ? [] : excludedFromOtherRegions(consumer);

/**
 * In S3 a consumer reads the service's outputs with its own credentials, and the environment's bucket lets in no other
 * account.
 */
export const linkedServiceIsInTheSameAccount: LinkRule = ({ accountId, backend }, environment) =>
  environment.backend.type === "s3" &&
  backend.type !== "hcp" &&
  accountId !== undefined &&
  environment.accountId !== undefined &&
  accountId !== environment.accountId
    ? [
        {
          path: ["service", "environment"],
          given: `${environment.name}, whose state is in a bucket of account ${environment.accountId}`,
          allowed: `environments of account ${accountId}, or of backend.type hcp, which shares state between accounts`,
          fix: "give service.name instead; npx ecs-privatelink invite prints it",
          source: 'Amazon S3 User Guide, "Bucket owner granting cross-account bucket permissions"',
        },
      ]
    : [];

/** Within a Region an endpoint connects only in zones that the service has. */
export const linkedServiceHasTheZones: LinkRule = (consumer, environment) => {
  const { name, network, region } = environment;
  if (consumer.region !== region) return [];
  if (network.availabilityZoneIds) return zonesBeyond(consumer, network.availabilityZoneIds, `environment ${name}`);
  const { availabilityZoneIds, cidr, availabilityZoneCount } = consumer.vpc;
  const wanted = cidr ? availabilityZoneCount : (availabilityZoneIds?.length ?? 0);
  if (wanted <= zoneCount(environment)) return [];
  return [
    {
      path: ["vpc", cidr ? "availabilityZoneCount" : "availabilityZoneIds"],
      given: `${wanted} zones`,
      allowed: `at most ${zoneCount(environment)}, the zones of ${name}`,
      fix: "use fewer zones",
      source: 'AWS PrivateLink Guide, "Create an interface endpoint"',
    },
  ];
};

/** A port without a listener does not answer. */
export const linkedServiceListensOnThePorts: LinkRule = ({ service }, environment) => {
  const ports = serviceListeners(environment).map(({ port }) => port);
  return (service.ports ?? []).flatMap((port, index) =>
    ports.includes(port)
      ? []
      : {
          path: ["service", "ports", index],
          allowed: `ports of ${environment.name}: ${ports.join(", ")}`,
          fix: "use one of them, or add a listener to the environment",
        },
  );
};

/** An endpoint has addresses of the families that the service supports. */
export const linkedServiceHasTheAddressFamily: LinkRule = ({ endpoint }, { name, network }) =>
  network.ipAddressType === "ipv4" && endpoint.ipAddressType !== undefined && endpoint.ipAddressType !== "ipv4"
    ? [
        {
          path: ["endpoint", "ipAddressType"],
          allowed: `ipv4, since network.ipAddressType of ${name} is ipv4`,
          fix: `remove the line, or set network.ipAddressType of ${name} to dualstack`,
          source: 'AWS PrivateLink Guide, "Create an interface endpoint"',
        },
      ]
    : [];

/**
 * With enforcement on, the NLB's security group looks at the private addresses of the consumer's clients. Members of its
 * security groups and prefix lists have addresses that only AWS knows.
 */
export const linkedConsumersAreInConsumerCidrs: LinkRule = ({ clients, vpc }, { name, privatelink }) => {
  if (privatelink.enforceInboundRulesOnPrivateLinkTraffic === "off") return [];
  const ranges = [
    ...(vpc.cidr ? [{ path: ["vpc", "cidr"], cidr: vpc.cidr }] : []),
    ...clients.cidrs.map((cidr, index) => ({ path: ["clients", "cidrs", index], cidr })),
  ];
  return ranges.flatMap(({ cidr, path }) =>
    covers(clientRanges(privatelink), cidr)
      ? []
      : {
          path,
          allowed: `addresses among privatelink.consumerCidrs of ${name}, and cidrs of its consumers: ${clientRanges(privatelink).join(", ") || "none"}`,
          fix: `add ${cidr} to privatelink.consumerCidrs of ${name}, or set its privatelink.enforceInboundRulesOnPrivateLinkTraffic to "off"`,
          source: 'NLB User Guide, "Update the security groups for your Network Load Balancer"',
        },
  );
};

/** Only a service with a private DNS name has one to offer. */
export const linkedServiceHasAPrivateDnsName: LinkRule = ({ dns }, environment) =>
  dns.mode === "private-dns" && !environment.privatelink.privateDns
    ? [
        {
          path: ["dns", "mode"],
          allowed: `none or private-hosted-zone, since ${environment.name} has no privatelink.privateDns`,
          fix: "choose private-hosted-zone, or give the service a private DNS name",
          source: 'AWS PrivateLink Guide, "Manage DNS names for VPC endpoint services"',
        },
      ]
    : [];

/**
 * Another account may only connect if the service names it; what the service's own account may do is its own affair.
 */
export const linkedServiceAllowsTheAccount: LinkRule = ({ accountId }, environment) => {
  if (!accountId || !environment.accountId || accountId === environment.accountId) return [];
  const allowed = allowedPrincipals(environment.privatelink);
  if (allowed.some((principal) => principal === "*" || principal.includes(`::${accountId}:`))) return [];
  return [
    {
      path: ["accountId"],
      allowed: `accounts among privatelink.allowedPrincipals of ${environment.name}, and principals of its consumers`,
      fix: `add arn:aws:iam::${accountId}:root to its privatelink.allowedPrincipals, or correct accountId`,
      source: 'AWS PrivateLink Guide, "Configure an endpoint service"',
    },
  ];
};
