import { isIpv6 } from "../model/addresses";
import type { Network, NetworkInterface, Subnet } from "../model/network";
import { type DirectFlow, type Flow, type Internet, isInterface } from "./flow";
import { forwardTrace } from "./forward";
import { networkAclHops } from "./network-acl";
import { privateLinkTrace } from "./privatelink";
import { type MainRouteTable, nextHop } from "./route";
import { securityGroupHop } from "./security-group";
import { serviceTrace } from "./service";
import { type Hop, type Trace, trace } from "./trace";
import { between, internetAddress, internetAddress6, ipv6Hop, outOfVpc, subnetOf } from "./vpc";

/** The way of a flow's packets through the network, as AWS would treat them. */
export function evaluate(network: Network, flow: Flow): Trace {
  switch (flow.kind) {
    case "PrivateLink":
      return privateLinkTrace(network, flow);
    case "forward":
      return forwardTrace(network, flow);
    case "outside VPCs": {
      const text = `the function is in no VPC: Lambda's own network leads to the public endpoints of ${flow.service}`;
      return trace([{ verdict: "open", text, origin: flow.function }]);
    }
    case "direct":
      return directTrace(network, flow);
  }
}

function directTrace(network: Network, { from, mainRouteTable, port, privately, to }: DirectFlow): Trace {
  if (!isInterface(to)) {
    if (!isInterface(from)) throw new Error("a flow needs an interface at one end");
    const found =
      to.kind === "internet" ? leave(network, from, to, port, mainRouteTable) : serviceTrace(network, from, to, port);
    if (!privately || !found.overInternet) return found;
    return trace([...found.hops, { verdict: "closed", text: "it leaves the VPC instead of taking an endpoint" }]);
  }
  const hops = isInterface(from) ? between(network, from, to, port) : arrival(network, from, to, port);
  return trace(hops, { answered: to.listens.includes(port) });
}

/** To the internet through NAT gateway or internet gateway. */
function leave(
  network: Network,
  from: NetworkInterface,
  { ipv6 }: Internet,
  port: number,
  main?: MainRouteTable,
): Trace {
  const address = ipv6 ? internetAddress6 : internetAddress;
  const peer = { label: "the internet", block: address, groups: [] };
  const { hops } = outOfVpc(network, from, { label: "the internet", address }, port, main);
  return trace(
    [...(ipv6 ? [ipv6Hop(network, from)] : []), securityGroupHop(network, from, "egress", peer, port), ...hops],
    { overInternet: true },
  );
}

/** Hops of what comes from outside the VPC. */
function arrival(
  network: Network,
  from: Exclude<DirectFlow["from"], NetworkInterface>,
  to: NetworkInterface,
  port: number,
): Hop[] {
  const subnet = subnetOf(network, to);
  const block = from.kind !== "internet" ? from.block : from.ipv6 ? internetAddress6 : internetAddress;
  const label = from.kind === "internet" ? "the internet" : `${from.label} (${block})`;
  const entry: Hop[] =
    from.kind === "internet"
      ? fromInternet(network, to, subnet, block)
      : [{ verdict: "open", text: `${label}: taken to be connected with the VPC, with routes both ways` }];
  return [
    ...entry,
    ...networkAclHops(network, subnet, "answer", block, port),
    securityGroupHop(network, to, "ingress", { label, block, groups: [] }, port),
  ];
}

/** The internet reaches what has a public address and a route back to an internet gateway. */
function fromInternet(network: Network, to: NetworkInterface, subnet: Subnet, address: string): Hop[] {
  if (!network.withInternetGateway.has(subnet.vpc)) {
    return [
      { verdict: "closed", text: "the VPC has no internet gateway", origin: network.vpcs.get(subnet.vpc)?.origin },
    ];
  }
  // Every IPv6 address is a public one.
  const addressed = isIpv6(address) ? [ipv6Hop(network, to)] : [];
  if (!to.public && addressed.length === 0) {
    return [{ verdict: "closed", text: `${to.id} has no public address`, origin: to.origin }];
  }
  const { hop, next } = nextHop(network, subnet, { label: "the internet", address });
  if (next.kind === "internet-gateway" || hop.verdict !== "open") return [...addressed, hop];
  return [...addressed, { ...hop, verdict: "closed", text: "no route back to an internet gateway" }];
}
