import { type DnsEvidence, type InterfaceEvidence, isDraining, isOfFamily, type Mapping, type Target } from "./decide";
import type { Failures } from "./failures";
import type { Ports } from "./ports";

/** At most 8 addresses fit into one DNS answer of a load balancer. Source: README of the public reference. */
const DNS_ANSWER_LIMIT = 8;
/** Answers asked for before a full answer is taken for partial. A caching resolver repeats itself: few are enough. */
const DNS_ATTEMPTS = 5;

type Family = Mapping["ipAddressType"];

export interface Witnesses {
  /** Targets of each mapping, in the order of the mappings; undefined where they could not be read. */
  readonly groups: readonly (readonly Target[] | undefined)[];
  readonly interfaces: Record<Family, InterfaceEvidence>;
  readonly dns: Record<Family, DnsEvidence>;
}

/**
 * Asks EC2, DNS and the target groups. A source that fails, or names no address, is a failure and no evidence.
 */
export async function askWitnesses(
  ports: Ports,
  mappings: readonly Mapping[],
  failures: Failures,
  notices: string[],
): Promise<Witnesses> {
  const families = [...new Set(mappings.map(({ ipAddressType }) => ipAddressType))];
  const [present, answers, groups] = await Promise.all([
    failures.attempt({ source: "interfaces" }, () => ports.albAddresses()),
    Promise.all(families.map((family) => failures.attempt({ source: "dns" }, () => ports.resolve(family)))),
    Promise.all(
      mappings.map(({ targetGroupArn }) =>
        failures.attempt({ source: "targets", targetGroupArn }, () => ports.targets(targetGroupArn)),
      ),
    ),
  ]);
  const interfaces: Witnesses["interfaces"] = { ipv4: { status: "failed" }, ipv6: { status: "failed" } };
  const dns: Witnesses["dns"] = { ipv4: { status: "failed" }, ipv6: { status: "failed" } };

  for (const [index, family] of families.entries()) {
    const own = present?.filter((address) => isOfFamily(family, address));
    if (own?.length === 0) failures.add({ source: "interfaces", message: `no interface with an ${family} address` });
    const inDoubt = own?.length
      ? doubtful(
          new Set(own),
          groups.filter((_, position) => mappings[position]?.ipAddressType === family),
        )
      : [];
    const [foreign, answer] = await Promise.all([
      inDoubt.length > 0
        ? failures.attempt({ source: "interfaces" }, () => ports.foreignAddresses(inDoubt))
        : Promise.resolve([]),
      askDns(ports, family, answers[index], inDoubt, failures),
    ]);
    if (own?.length) interfaces[family] = { status: "known", present: new Set(own), foreign: new Set(foreign) };
    dns[family] = weigh(answer, own);
    if (answer.status === "complete" && dns[family].status === "partial") {
      notices.push(`DNS lists none of the ALB's ${family} addresses: absence from it proves nothing`);
    }
  }
  return { groups, interfaces, dns };
}

/** Targets without an interface of the ALB. */
function doubtful(own: ReadonlySet<string>, groups: readonly (readonly Target[] | undefined)[]): string[] {
  const addresses = groups
    .flatMap((targets) => targets ?? [])
    .filter((target) => !isDraining(target) && !own.has(target.address))
    .map(({ address }) => address);
  return [...new Set(addresses)];
}

/** Turns the first answer into evidence; asks again while an address in doubt is missing from full answers. */
async function askDns(
  ports: Ports,
  family: Family,
  first: string[] | undefined,
  inDoubt: readonly string[],
  failures: Failures,
): Promise<DnsEvidence> {
  if (first === undefined) return { status: "failed" };
  if (first.length === 0) {
    failures.add({ source: "dns", message: `empty answer for ${family}` });
    return { status: "failed" };
  }
  const listed = new Set(first);
  let latest: string[] | undefined = first;
  for (let asked = 1; latest && latest.length >= DNS_ANSWER_LIMIT; asked++) {
    if (asked >= DNS_ATTEMPTS || inDoubt.every((address) => listed.has(address))) return { status: "partial", listed };
    latest = await failures.attempt({ source: "dns" }, () => ports.resolve(family));
    for (const address of latest ?? []) listed.add(address);
  }
  return { status: latest ? "complete" : "partial", listed };
}

/**
 * Sets DNS against the live addresses. An answer with none of them is out of date or about something else: absence from
 * it proves nothing. Full answers that together hold all of them have shown what there is to show.
 */
function weigh(dns: DnsEvidence, own: readonly string[] | undefined): DnsEvidence {
  if (dns.status === "failed" || !own?.length) return dns;
  const { listed } = dns;
  if (dns.status === "complete" && !own.some((address) => listed.has(address))) return { status: "partial", listed };
  if (dns.status === "partial" && own.every((address) => listed.has(address))) return { status: "complete", listed };
  return dns;
}
