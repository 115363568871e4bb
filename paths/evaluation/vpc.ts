import { isIpv6 } from "../model/addresses";
import type { Network, NetworkInterface, Subnet } from "../model/network";
import { networkAclHops } from "./network-acl";
import { type Destination, type MainRouteTable, nextHop } from "./route";
import { type Peer, securityGroupHop } from "./security-group";
import type { Hop } from "./trace";

/** Stands for every host of the internet (a block for documentation, RFC 5737). */
export const internetAddress = "198.51.100.10";

/** The same over IPv6 (RFC 3849). */
export const internetAddress6 = "2001:db8:ffff::10";

/** Stands for the public addresses of AWS services. */
export const publicServiceAddress = "203.0.113.10";

/** Hops from an interface's subnet out of the VPC; where a gateway endpoint takes over, its key. */
export function outOfVpc(
  network: Network,
  from: NetworkInterface,
  destination: Destination,
  port: number,
  main?: MainRouteTable,
): { hops: Hop[]; gatewayEndpoint?: string } {
  const subnet = subnetOf(network, from);
  const acls = networkAclHops(network, subnet, "request", destination.address, port);
  const { hop, next } = nextHop(network, subnet, destination, main);
  const hops = [...acls, hop];
  if (next.kind === "gateway-endpoint") return { hops, gatewayEndpoint: next.key };
  if (next.kind === "internet-gateway") {
    hops.push(
      from.public || isIpv6(destination.address)
        ? { verdict: "open", text: "internet gateway: the interface has a public address" }
        : { verdict: "closed", text: "internet gateway: the interface has no public address", origin: from.origin },
    );
  }
  if (next.kind === "nat-gateway") hops.push(...throughNat(network, next.key, destination, port));
  if (next.kind === "local") {
    hops.push({ verdict: "closed", text: `the VPC's own block holds the address of ${destination.label}` });
  }
  return { hops };
}

function throughNat(network: Network, key: string, destination: Destination, port: number): Hop[] {
  const gateway = network.natGateways.get(key);
  const subnet = gateway && network.subnets.get(gateway.subnet);
  if (!gateway || !subnet) return [{ verdict: "closed", text: `NAT gateway ${key} is not there` }];
  const { hop, next } = nextHop(network, subnet, destination);
  const acls = networkAclHops(network, subnet, "request", destination.address, port);
  if (next.kind === "internet-gateway" && gateway.public) {
    return [{ verdict: "open", text: "NAT gateway with a public address", origin: gateway.origin }, ...acls, hop];
  }
  const text = gateway.public
    ? "the NAT gateway's subnet has no route to an internet gateway"
    : "a private NAT gateway";
  return [hop.verdict === "open" ? { verdict: "closed", text, origin: gateway.origin } : hop];
}

/** Whether an interface has an IPv6 address at all. */
export function ipv6Hop(network: Network, { id, ...one }: NetworkInterface): Hop {
  const { ipv6, origin } = subnetOf(network, { id, ...one });
  if (ipv6 === true) return { verdict: "open", text: `${id} may have an IPv6 address`, origin };
  return ipv6 === "unknown"
    ? { verdict: "unknown", text: "whether an existing subnet has IPv6 addresses is not known", origin }
    : { verdict: "closed", text: `${id} has no IPv6 address`, origin };
}

/** Hops between two interfaces. */
export function between(network: Network, from: NetworkInterface, to: NetworkInterface, port: number): Hop[] {
  const [source, target] = [subnetOf(network, from), subnetOf(network, to)];
  const { hop: route, next } = nextHop(network, source, { label: to.id, address: to.address });
  const out = securityGroupHop(network, from, "egress", asPeer(to), port);
  if (source.vpc !== target.vpc) {
    if (next.kind === "local")
      return [out, { ...route, verdict: "closed", text: "the address is in its own VPC's block" }];
    if (next.kind !== "unknown" && route.verdict === "open") {
      return [out, route, { verdict: "closed", text: "private addresses of another VPC are not reached that way" }];
    }
    return [out, route];
  }
  return [
    out,
    ...(source.key === target.key ? [] : networkAclHops(network, source, "request", to.address, port)),
    route,
    ...(source.key === target.key ? [] : networkAclHops(network, target, "answer", from.address, port)),
    securityGroupHop(network, to, "ingress", asPeer(from), port),
  ];
}

export const asPeer = ({ address, id, securityGroups }: NetworkInterface): Peer => ({
  label: id,
  block: address,
  groups: securityGroups,
});

export function subnetOf({ subnets }: Pick<Network, "subnets">, { subnet }: NetworkInterface): Subnet {
  return subnets.get(subnet) as Subnet;
}
