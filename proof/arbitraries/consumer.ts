import fc from "fast-check";
import { partition, zonesWithoutCrossRegionAccess } from "../../config/regions";
import type { ConsumerInput, EnvironmentInput } from "../../config/schema";
import {
  anyBackend,
  anyRegion,
  anyTagging,
  choice,
  maybe,
  needsAccount,
  neighbours,
  pick,
  reason,
  zonesOf,
} from "./parts";
import { anyText } from "./texts";

/** What a consumer knows of the service when it chooses VPC and DNS. */
interface Known {
  readonly region: ConsumerInput["region"];
  readonly sameRegion: boolean;
  /** Zones that may be used by ID, where they are known. */
  readonly zoneIds: readonly string[] | undefined;
  readonly zoneCount: number;
  readonly privateDns: boolean;
  /** Whether the service lets in the environments' consumerCidrs alone, which are in 10.0.0.0/8. */
  readonly enforced: boolean;
  readonly dualstack: boolean;
}

const vpcIds = ["vpc-0123456789abcdef0", "vpc-0123456789abcdef1", "vpc-0123456789abcdef2"] as const;

/** Tags of what exists may be of any text. */
const anyFilter = fc
  .uniqueArray(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 3, selector: ([key]) => key })
  .map((entries): Record<string, string> => Object.fromEntries(entries));

const anyPrefixLists = maybe(fc.subarray(["pl-0123456789abcdef0", "pl-0123456789abcdef1"]));

const clients = (enforced: boolean) =>
  fc.record({
    prefixListIds: anyPrefixLists,
    cidrs: maybe(fc.subarray(["10.0.0.0/16", enforced ? "10.1.0.0/24" : "192.168.1.0/24"])),
    securityGroupIds: maybe(fc.subarray(["sg-0123456789abcdef0", "sg-0123456789abcdef1"])),
  });
const someClients = fc.record({
  prefixListIds: anyPrefixLists,
  cidrs: choice(["10.0.0.0/16"]),
  securityGroupIds: maybe(fc.subarray(["sg-0123456789abcdef0"])),
});

type Connected = Pick<ConsumerInput, "vpc" | "clients" | "endpoint">;

/** The endpoint, and clients of its address families. */
const endpointOf = ({ dualstack, enforced }: Known, { clients: chosen, vpc }: Connected): fc.Arbitrary<Connected> =>
  fc
    .record({
      ipAddressType:
        vpc.cidr || !dualstack ? maybe(fc.constant("ipv4" as const)) : maybe(pick("ipv4", "dualstack", "ipv6")),
      securityGroupIds: maybe(fc.subarray(["sg-0123456789abcdef2", "sg-0123456789abcdef3"])),
      timeoutMinutes: maybe(
        fc.record({ create: maybe(pick(1, 20, 180)), update: maybe(pick(15)), delete: maybe(pick(30)) }),
      ),
    })
    .map((endpoint): Connected => {
      const { ipAddressType = "ipv4" } = endpoint;
      if (ipAddressType === "ipv4" || enforced) {
        const usable = ipAddressType === "ipv6" ? { ...endpoint, ipAddressType: "dualstack" as const } : endpoint;
        return { vpc, clients: chosen, endpoint: usable };
      }
      const ipv4 = ipAddressType === "ipv6" ? [] : (chosen?.cidrs ?? []);
      return { vpc, clients: { ...chosen, cidrs: [...ipv4, "2001:db8:1200::/56"] }, endpoint };
    });

const vpcAndClients = (known: Known): fc.Arbitrary<Connected> =>
  vpcAndTheirClients(known).chain((connected) => endpointOf(known, connected));

function vpcAndTheirClients({ enforced, region, sameRegion, zoneCount, zoneIds }: Known): fc.Arbitrary<Connected> {
  const byId: fc.Arbitrary<ConsumerInput["vpc"]> = fc.oneof(
    choice<ConsumerInput["vpc"]>({ id: vpcIds[0] }),
    anyFilter.map((tags) => ({ tags })),
  );
  const subnets = maybe(fc.subarray(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], { minLength: 1 }));
  const usable =
    (sameRegion ? zoneIds : undefined) ??
    zonesOf(region).filter((id) => sameRegion || !zonesWithoutCrossRegionAccess.includes(id));
  const zones = fc.subarray(usable.slice(0, zoneCount), { minLength: 1 });
  const existing = fc.tuple(byId, subnets, zones, maybe(anyFilter), someClients).map(
    ([vpc, subnetIds, availabilityZoneIds, subnetTags, chosen]): Connected => ({
      vpc: subnetIds ? { ...vpc, subnetIds } : { ...vpc, availabilityZoneIds, subnetTags },
      clients: chosen,
    }),
  );
  const created = fc
    .tuple(
      pick("10.90.0.0/26", enforced ? "10.92.0.0/16" : "172.16.0.0/16"),
      pick(...[1, 2, 3].slice(0, zoneCount)),
      maybe(clients(enforced)),
    )
    .map(
      ([cidr, availabilityZoneCount, chosen]): Connected => ({ vpc: { cidr, availabilityZoneCount }, clients: chosen }),
    );
  return fc.oneof(existing, created);
}

const dns = ({ privateDns }: Known): fc.Arbitrary<ConsumerInput["dns"]> =>
  fc.oneof(
    pick(undefined, { mode: "none" as const }),
    fc.record({
      mode: fc.constant("private-hosted-zone" as const),
      name: pick("app.example.internal", "example.com"),
      additionalVpcIds: maybe(fc.subarray([vpcIds[1], vpcIds[2]])),
    }),
    ...(privateDns
      ? [fc.record({ mode: fc.constant("private-dns" as const), privateDnsEnabled: maybe(fc.boolean()) })]
      : []),
  );

const joined = (
  known: Known,
  service: ConsumerInput["service"],
  accounts: readonly (string | undefined)[],
  local = false,
) =>
  fc
    .record({
      accountId: pick(...accounts),
      tagging: anyTagging,
      rolePath: maybe(pick("/", "/platform/")),
      bounded: fc.boolean(),
      backend: local ? fc.constant({ type: "local" as const }) : anyBackend,
      acknowledge: maybe(choice({}, { raisedQuota: reason })),
      network: vpcAndClients(known),
      dns: dns(known),
    })
    .map(
      ({ accountId, backend, bounded, network, rolePath, tagging, ...options }): ConsumerInput => ({
        ...options,
        iam: {
          rolePath,
          permissionsBoundaryArn: bounded
            ? `arn:${partition(known.region)}:iam::aws:policy/PowerUserAccess`
            : undefined,
        },
        ...tagging,
        ...network,
        region: known.region,
        accountId: accountId ?? (needsAccount(backend) ? accounts[0] : undefined),
        backend,
        service,
      }),
    );

/** A consumer that has the service's name from an invitation. */
const invited: fc.Arbitrary<ConsumerInput> = fc
  .record({
    region: anyRegion,
    elsewhere: fc.boolean(),
    zones: maybe(pick(2, 3)),
    ports: maybe(choice([443], [80, 8080])),
    written: fc.boolean(),
  })
  .chain(({ region, elsewhere, zones, ports, written }) => {
    const serviceRegion = elsewhere ? neighbours[region] : region;
    const zoneIds = !elsewhere && zones ? zonesOf(region).slice(0, zones) : undefined;
    const service = {
      name: `com.amazonaws.vpce.${serviceRegion}.vpce-svc-0123456789abcdef0`,
      region: elsewhere || written ? serviceRegion : undefined,
      availabilityZoneIds: zoneIds,
      ports,
    };
    const known = {
      region,
      sameRegion: !elsewhere,
      zoneIds,
      zoneCount: zoneIds?.length ?? 3,
      privateDns: true,
      enforced: false,
      dualstack: true,
    };
    return joined(known, service, ["444455556666", undefined]);
  });

const zonesOfNetwork = ({ availabilityZoneCount, availabilityZoneIds, existing }: EnvironmentInput["network"]) =>
  (existing ? (existing.privateSubnets.ids ?? availabilityZoneIds)?.length : availabilityZoneCount) ?? 3;

/** A consumer of an environment of the same configuration. */
function linked(name: string, environment: EnvironmentInput): fc.Arbitrary<ConsumerInput> {
  const { accountId, network, privatelink } = environment;
  const regions = [environment.region, ...(privatelink.supportedRegions ?? [])];
  const ports =
    privatelink.listeners?.map(({ port }) => port) ??
    environment.compute?.loadBalancer?.listeners?.map(({ port }) => port);
  return fc
    .record({
      region: pick(...regions),
      ports: maybe(fc.subarray(ports ?? [80], { minLength: 1 })),
      written: fc.boolean(),
    })
    .chain(({ region, ports: chosen, written }) => {
      const known = {
        region,
        sameRegion: region === environment.region,
        zoneIds: network.availabilityZoneIds,
        zoneCount: region === environment.region ? zonesOfNetwork(network) : 3,
        privateDns: privatelink.privateDns !== undefined,
        enforced: privatelink.enforceInboundRulesOnPrivateLinkTraffic === "on",
        dualstack: network.ipAddressType === "dualstack",
      };
      const service = { environment: name, region: written ? environment.region : undefined, ports: chosen };
      return joined(known, service, [accountId ?? "444455556666", accountId], environment.backend?.type === "local");
    });
}

/** A valid consumer beside these environments. */
export const anyConsumer = (environments: Readonly<Record<string, EnvironmentInput>>): fc.Arbitrary<ConsumerInput> =>
  fc.oneof(invited, ...Object.entries(environments).map(([name, environment]) => linked(name, environment)));
