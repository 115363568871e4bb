import ipaddr from "ipaddr.js";
import { zoneCount } from "./derive";
import { zonePrefix } from "./regions";
import type { Environment } from "./schema";

type Privatelink = Environment["privatelink"];

/** An entry of `privatelink.consumers`, with its name. */
export type ServiceConsumer = Privatelink["consumers"][string] & { readonly name: string };

/** The consumers that the provider knows by name, in the order of their names. */
export const serviceConsumers = ({ consumers }: Privatelink): ServiceConsumer[] =>
  Object.entries(consumers)
    .map(([name, consumer]) => ({ ...consumer, name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

/** Everyone who may create endpoints: the plain list first, as it is. */
export const allowedPrincipals = (privatelink: Privatelink): string[] =>
  distinct([
    ...privatelink.allowedPrincipals,
    ...serviceConsumers(privatelink).flatMap(({ principals }) => [...principals].sort()),
  ]);

/** Every endpoint that Terraform accepts: the plain list first, as it is. */
export const acceptedEndpointIds = (privatelink: Privatelink): string[] =>
  distinct([
    ...privatelink.acceptedEndpointIds,
    ...serviceConsumers(privatelink).flatMap((consumer) => [...consumer.acceptedEndpointIds].sort()),
  ]);

/**
 * Ranges of all clients: the plain list first, as it is, then those of the consumers, joined into as few as hold the same
 * addresses, since a security group has a quota of rules.
 */
export function clientRanges(privatelink: Privatelink): string[] {
  const plain = privatelink.consumerCidrs.map(span);
  const ranges = joined(serviceConsumers(privatelink).flatMap(({ cidrs }) => cidrs));
  const isNew = (range: string): boolean => {
    const { bits, first, last } = span(range);
    return !plain.some((one) => one.bits === bits && one.first <= first && last <= one.last);
  };
  return [...privatelink.consumerCidrs, ...ranges.filter(isNew)];
}

/** Addresses as numbers, both included. */
interface Span {
  /** Of an address: 32 or 128. */
  readonly bits: number;
  readonly first: bigint;
  readonly last: bigint;
}

function span(cidr: string): Span {
  const [address, length] = ipaddr.parseCIDR(cidr);
  const bytes = address.toByteArray();
  const bits = bytes.length * 8;
  const first = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
  return { bits, first, last: first + (1n << BigInt(bits - length)) - 1n };
}

/** As few CIDR blocks as hold exactly the addresses of the given ones, IPv4 before IPv6, in order. */
export function joined(cidrs: readonly string[]): string[] {
  const spans = cidrs.map(span).sort((a, b) => a.bits - b.bits || (a.first < b.first ? -1 : 1));
  const merged: Span[] = [];
  for (const next of spans) {
    const before = merged.at(-1);
    if (before && before.bits === next.bits && next.first <= before.last + 1n) {
      merged[merged.length - 1] = { ...before, last: next.last > before.last ? next.last : before.last };
    } else merged.push(next);
  }
  return merged.flatMap(blocks);
}

/** Whether some blocks hold all addresses of another one, together if need be. */
export const covers = (cidrs: readonly string[], cidr: string): boolean =>
  joined([...cidrs, cidr]).join() === joined(cidrs).join();

/** The largest blocks, each aligned to its size, that make up a span. */
function blocks({ bits, first, last }: Span): string[] {
  const made: string[] = [];
  for (let next = first; next <= last; ) {
    let length = bits;
    const size = (prefix: number): bigint => 1n << BigInt(bits - prefix);
    while (length > 0 && next % size(length - 1) === 0n && next + size(length - 1) - 1n <= last) length--;
    made.push(`${address(next, bits)}/${length}`);
    next += size(length);
  }
  return made;
}

function address(value: bigint, bits: number): string {
  const bytes = Array.from({ length: bits / 8 }, (_, index) =>
    Number((value >> BigInt(bits - 8 * (index + 1))) & 255n),
  );
  const parsed = ipaddr.fromByteArray(bytes);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

/** Accounts of a consumer's principals; PrivateLink tells of an endpoint its account alone. */
export const accountsOf = ({ principals }: Pick<ServiceConsumer, "principals">): string[] =>
  distinct(principals.flatMap((principal) => principal.split(":")[4] ?? [])).sort();

/** Zones of the service in which a consumer has no endpoint; empty where it does not say where it has any. */
export const missingZones = (
  { availabilityZoneIds }: Pick<ServiceConsumer, "availabilityZoneIds">,
  serviceZones: readonly string[],
): string[] => (availabilityZoneIds ? serviceZones.filter((zone) => !availabilityZoneIds.includes(zone)) : []);

/**
 * Consumers that are in fewer zones than the service: where their zones fail, they are cut off from a service that still
 * works. One sentence each; consumers that do not say where they are have none.
 */
export const zoneWarnings = (environment: Environment): string[] =>
  serviceConsumers(environment.privatelink).flatMap(({ availabilityZoneIds, name }) => {
    const own = availabilityZoneIds?.filter((zone) => zone.startsWith(`${zonePrefix(environment.region)}-`)) ?? [];
    const missing = missingZones({ availabilityZoneIds: own }, environment.network.availabilityZoneIds ?? []);
    const zones = zoneCount(environment);
    if (own.length === 0 || own.length >= zones) return [];
    const lacks =
      missing.length > 0 ? `no endpoint in ${missing.join(", ")}` : `endpoints in ${own.length} of ${zones} zones`;
    return [
      `${environment.name}: consumer ${name} has ${lacks}: if ${own.join(" and ")} ${own.length === 1 ? "fails" : "fail"}, it is cut off from a service that still works`,
    ];
  });

/** Name of its own that a consumer gives the service, e.g. `acme.app.example.com`. */
export const ownName = (
  { dnsLabel }: Pick<ServiceConsumer, "dnsLabel">,
  privateDnsName: string | undefined,
): string | undefined => (dnsLabel && privateDnsName ? `${dnsLabel}.${privateDnsName}` : undefined);

/**
 * The consumers that the connections function works for: all of them as soon as one needs it, since its endpoints
 * have to be told from those of an unknown one. Empty: there is no function.
 */
export function watchedConsumers(privatelink: Privatelink): ServiceConsumer[] {
  const consumers = serviceConsumers(privatelink);
  const needed = consumers.some(
    ({ accept, expectConnected, until }) => accept.automatically || expectConnected || until !== undefined,
  );
  return needed ? consumers : [];
}

/** What the function knows of the consumers, as it gets it: short, since environment variables hold 4 KB. */
export const functionConsumers = (privatelink: Privatelink) =>
  watchedConsumers(privatelink).map((consumer) => ({
    name: consumer.name,
    accounts: accountsOf(consumer),
    automatically: consumer.accept.automatically,
    atMostEndpoints: consumer.accept.atMostEndpoints,
    rejectAfterExpiry: consumer.accept.rejectAfterExpiry,
    ...(consumer.until !== undefined && { until: consumer.until }),
  }));
