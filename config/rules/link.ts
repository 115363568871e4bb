import { serviceListeners } from "../derive";
import { zonesBeyond } from "./consumer";
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
  region === environment.region || environment.privatelink.supportedRegions.includes(region)
    ? []
    : [
        {
          path: ["region"],
          allowed: `Regions that ${environment.name} supports: ${[environment.region, ...environment.privatelink.supportedRegions].join(", ")}`,
          fix: `add ${region} to privatelink.supportedRegions of ${environment.name}`,
          source: 'AWS PrivateLink Guide, "Create a service powered by AWS PrivateLink"',
        },
      ];

/** Within a Region an endpoint connects only in zones that the service has. */
export const linkedServiceHasTheZones: LinkRule = (consumer, { name, network, region }) => {
  if (consumer.region !== region) return [];
  if (network.availabilityZoneIds) return zonesBeyond(consumer, network.availabilityZoneIds, `environment ${name}`);
  const { availabilityZoneIds, cidr, availabilityZoneCount } = consumer.vpc;
  const wanted = cidr ? availabilityZoneCount : (availabilityZoneIds?.length ?? 0);
  if (wanted <= network.availabilityZoneCount) return [];
  return [
    {
      path: ["vpc", cidr ? "availabilityZoneCount" : "availabilityZoneIds"],
      given: `${wanted} zones`,
      allowed: `at most ${network.availabilityZoneCount}, the zones of ${name}`,
      fix: "use fewer zones",
      source: 'AWS PrivateLink Guide, "Create an interface endpoint"',
    },
  ];
};

/** Behind a port without listener nobody answers. */
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
 * Another account may only connect if the service names it. Organizations and organizational units may hold it, so
 * that they count; what the service's own account may do is its own affair.
 */
export const linkedServiceAllowsTheAccount: LinkRule = ({ accountId }, environment) => {
  const { allowedPrincipals } = environment.privatelink;
  if (!accountId || !environment.accountId || accountId === environment.accountId) return [];
  if (
    allowedPrincipals.some(
      (principal) => /^\*$|:organizations:/.test(principal) || principal.includes(`::${accountId}:`),
    )
  ) {
    return [];
  }
  return [
    {
      path: ["accountId"],
      allowed: `accounts among privatelink.allowedPrincipals of ${environment.name}`,
      fix: `add arn:aws:iam::${accountId}:root there, or correct accountId`,
      source: 'AWS PrivateLink Guide, "Configure an endpoint service"',
    },
  ];
};
