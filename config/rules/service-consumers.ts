/** Rules over `privatelink.consumers`: the consumers that the provider knows by name. */
import { furtherRegions } from "../derive";
import type { Path } from "../problem";
import { type Region, zonePrefix, zonesWithoutCrossRegionAccess } from "../regions";
import type { Environment } from "../schema";
import { accountsOf, ownName, serviceConsumers } from "../service-consumers";
import type { EnvironmentRule, Finding, Written } from "./rule";

const configureService = 'AWS PrivateLink Guide, "Configure an endpoint service"';
const acceptConnections = 'Amazon EC2 API Reference, "VpcEndpointConnection"';
const createService = 'AWS PrivateLink Guide, "Create a service powered by AWS PrivateLink"';

type Privatelink = Environment["privatelink"];

/** Everything that a list of the service and the lists of its consumers hold, with the place where it was written. */
function written<Key extends "allowedPrincipals" | "consumerCidrs" | "acceptedEndpointIds">(
  privatelink: Privatelink,
  plain: Key,
  named: "principals" | "cidrs" | "acceptedEndpointIds",
): { readonly path: Path; readonly value: string }[] {
  const at = (path: Path) => (value: string, index: number) => ({ path: [...path, index], value });
  return [
    ...privatelink[plain].map(at(["privatelink", plain])),
    ...Object.entries(privatelink.consumers).flatMap(([name, consumer]) =>
      consumer[named].map(at(["privatelink", "consumers", name, named])),
    ),
  ];
}

export const writtenPrincipals = (privatelink: Privatelink) => written(privatelink, "allowedPrincipals", "principals");
export const writtenRanges = (privatelink: Privatelink) => written(privatelink, "consumerCidrs", "cidrs");
export const writtenEndpoints = (privatelink: Privatelink) =>
  written(privatelink, "acceptedEndpointIds", "acceptedEndpointIds");

const of = (name: string, ...rest: Path): Path => ["privatelink", "consumers", name, ...rest];

/** Who shares a principal shares its endpoints also: acceptance, cost and the end of a contract would be of both. */
export const consumersHaveTheirOwnPrincipals: EnvironmentRule = ({ privatelink }) => {
  const consumers = serviceConsumers(privatelink);
  return consumers.flatMap(({ name, principals, sharesPrincipalsWith }, position) =>
    principals.flatMap((principal, index): Finding[] => {
      const other = consumers
        .slice(0, position)
        .find(
          (each) =>
            each.principals.includes(principal) &&
            !sharesPrincipalsWith.includes(each.name) &&
            !each.sharesPrincipalsWith.includes(name),
        );
      if (other === undefined) return [];
      return [
        {
          path: of(name, "principals", index),
          given: `${principal}, which is also ${other.name}'s`,
          allowed: "each principal in one consumer, unless one of the two says that they share it",
          fix: `remove it from one of the two, or add ${other.name} to sharesPrincipalsWith`,
        },
      ];
    }),
  );
};

/** A name that no consumer has permits nothing. */
export const sharedPrincipalsAreOfConsumers: EnvironmentRule = ({ privatelink }) =>
  serviceConsumers(privatelink).flatMap(({ name, sharesPrincipalsWith }) =>
    sharesPrincipalsWith.flatMap((other, index) =>
      other !== name && other in privatelink.consumers
        ? []
        : {
            path: of(name, "sharesPrincipalsWith", index),
            allowed: "names of other consumers in privatelink.consumers",
            fix: "correct the name, or remove it",
          },
    ),
  );

/** PrivateLink tells the account that owns an endpoint, not the role or user that created it. */
export const watchedConsumersHaveTheirOwnAccounts: EnvironmentRule = ({ privatelink }) => {
  const consumers = serviceConsumers(privatelink);
  return consumers.flatMap((consumer): Finding[] => {
    const option = consumer.accept.automatically
      ? ["accept", "automatically"]
      : consumer.until !== undefined
        ? ["until"]
        : consumer.expectConnected
          ? ["expectConnected"]
          : undefined;
    if (option === undefined) return [];
    const accounts = accountsOf(consumer);
    const other = consumers.find(
      (each) => each.name !== consumer.name && accountsOf(each).some((account) => accounts.includes(account)),
    );
    if (other === undefined) return [];
    return [
      {
        path: of(consumer.name, ...option),
        given: `${option.at(-1)}, while ${other.name} has a principal of the same account`,
        allowed: "only consumers whose accounts no other consumer has, since an endpoint shows its account alone",
        fix: "remove the line, or join the two consumers",
        source: acceptConnections,
      },
    ];
  });
};

/** Zones of the service, as far as the file names them, in its own Region; zones of supported Regions in others. */
export const consumersAreInZonesOfTheService: EnvironmentRule = ({ network, privatelink, region }) => {
  const regions: readonly Region[] = [region, ...furtherRegions(privatelink)];
  return serviceConsumers(privatelink).flatMap(({ availabilityZoneIds = [], name }) =>
    availabilityZoneIds.flatMap((zone, index): Finding[] => {
      const path = of(name, "availabilityZoneIds", index);
      const home = regions.find((each) => zone.startsWith(`${zonePrefix(each)}-`));
      if (home === undefined) {
        return [
          {
            path,
            allowed: `zones of ${regions.join(", ")}, where the service can be reached`,
            fix: "correct the zone, or add its Region to privatelink.supportedRegions",
            source: createService,
          },
        ];
      }
      if (home !== region) {
        return zonesWithoutCrossRegionAccess.includes(zone)
          ? [
              {
                path,
                allowed: `zones other than ${zonesWithoutCrossRegionAccess.join(", ")}, which take no part in cross-Region access`,
                fix: "remove it",
                source: createService,
              },
            ]
          : [];
      }
      const zones = network.availabilityZoneIds;
      if (zones === undefined || zones.includes(zone)) return [];
      return [
        {
          path,
          allowed: `zones of the service: ${zones.join(", ")}`,
          fix: "remove it: no endpoint can be there",
          source: createService,
        },
      ];
    }),
  );
};

/** The name is for this consumer alone, and no longer than DNS allows. */
export const consumerNamesAreTheirOwn: EnvironmentRule = ({ privatelink }) => {
  const consumers = serviceConsumers(privatelink);
  return consumers.flatMap((consumer, position): Finding[] => {
    const { dnsLabel, name } = consumer;
    if (dnsLabel === undefined) return [];
    const path = of(name, "dnsLabel");
    if ((ownName(consumer, privatelink.privateDns?.name) ?? "").length > 253) {
      return [{ path, allowed: "names of at most 253 characters with privateDns.name", fix: "choose a shorter label" }];
    }
    const other = consumers.slice(0, position).find((each) => each.dnsLabel === dnsLabel);
    if (other === undefined) return [];
    return [
      {
        path,
        given: `${dnsLabel}, which is also ${other.name}'s`,
        allowed: "each label in one consumer",
        fix: "choose another label",
      },
    ];
  });
};

/** An option of a consumer that other options switch off. */
interface Conditional {
  readonly option: Path;
  readonly hasEffect: (consumer: Privatelink["consumers"][string], privatelink: Privatelink) => boolean;
  readonly when: string;
  readonly source?: string;
}

const conditional: readonly Conditional[] = [
  {
    option: ["cidrs"],
    hasEffect: ({ cidrs }, { enforceInboundRulesOnPrivateLinkTraffic: enforce }) =>
      enforce === "on" || cidrs.length === 0,
    when: "with enforceInboundRulesOnPrivateLinkTraffic on; off admits every connected client",
    source: 'User Guide for Network Load Balancers, "Update the security groups for your Network Load Balancer"',
  },
  {
    option: ["accept"],
    hasEffect: (_, { acceptanceRequired }) => acceptanceRequired,
    when: "with acceptanceRequired; without it every endpoint of an allowed principal is accepted",
    source: configureService,
  },
  {
    option: ["acceptedEndpointIds"],
    hasEffect: ({ acceptedEndpointIds }, { acceptanceRequired }) =>
      acceptanceRequired || acceptedEndpointIds.length === 0,
    when: "with acceptanceRequired; without it every endpoint of an allowed principal is accepted",
    source: configureService,
  },
  {
    option: ["accept", "atMostEndpoints"],
    hasEffect: ({ accept }) => accept.automatically,
    when: "with accept.automatically",
  },
  {
    option: ["accept", "rejectAfterExpiry"],
    hasEffect: ({ accept, until }) => until !== undefined || !accept.rejectAfterExpiry,
    when: "with until",
  },
  {
    option: ["dnsLabel"],
    hasEffect: (_, { privateDns }) => privateDns !== undefined,
    when: "with privateDns, whose name it precedes",
  },
];

/** Who writes an option expects that it does something. */
export const consumerEntriesHaveAnEffect: EnvironmentRule = ({ privatelink }, wasWritten: Written) =>
  serviceConsumers(privatelink).flatMap((consumer) =>
    conditional.flatMap(({ hasEffect, option, source, when }): Finding[] => {
      const path = of(consumer.name, ...option);
      return wasWritten(...path) && !hasEffect(consumer, privatelink)
        ? [{ path, allowed: `only ${when}`, fix: "remove it, or change that", ...(source ? { source } : {}) }]
        : [];
    }),
  );
