import { contains } from "../model/addresses";
import type { Network, NetworkAcl, NetworkAclEntry, Subnet } from "../model/network";
import type { Hop } from "./trace";

/** Ports that clients take: load balancers, NAT gateways and Lambda use more than Linux's own range. */
const ephemeral = { from: 1024, to: 65535 };

/**
 * The network ACLs of a subnet for one direction of a connection: the request to a port, and, since ACLs keep no
 * state, the answer to a port of the client's choice. No hop where the subnet has AWS's default ACL, which allows all.
 * Source: Amazon VPC User Guide, "Network ACL rules", "Ephemeral ports".
 */
export function networkAclHops(
  { networkAcls }: Pick<Network, "networkAcls">,
  subnet: Subnet,
  leaving: "request" | "answer",
  peer: string,
  port: number,
): Hop[] {
  if (subnet.networkAcl === undefined) return [];
  const acl = networkAcls.get(subnet.networkAcl);
  if (!acl) {
    return [
      { verdict: "unknown", text: `network ACL ${subnet.networkAcl} is not in these stacks`, origin: subnet.origin },
    ];
  }
  const [requests, answers] =
    leaving === "request" ? (["egress", "ingress"] as const) : (["ingress", "egress"] as const);
  return [hop(acl, requests, peer, [port], `tcp ${port}`), hop(acl, answers, peer, ephemeralPorts(acl), "answers")];
}

function hop(
  acl: NetworkAcl,
  direction: NetworkAclEntry["direction"],
  peer: string,
  ports: number[],
  what: string,
): Hop {
  for (const port of ports) {
    const entry = acl.entries.find(
      (one) =>
        one.direction === direction && contains(one.block, peer) && one.ports.from <= port && port <= one.ports.to,
    );
    if (!entry?.allow) {
      const by = entry ? `entry ${entry.number}` : "the last entry";
      return {
        verdict: "closed",
        text: `${by} of the network ACL denies ${direction} of ${what} (port ${port})`,
        origin: entry?.origin ?? acl.origin,
      };
    }
  }
  return { verdict: "open", text: `the network ACL allows ${direction} of ${what}`, origin: acl.origin };
}

/** Ports at which the decision of an ACL can change, so that these stand for all ephemeral ones. */
function ephemeralPorts(acl: NetworkAcl): number[] {
  const edges = acl.entries.flatMap(({ ports }) => [ports.from - 1, ports.from, ports.to, ports.to + 1]);
  const inside = edges.filter((port) => ephemeral.from <= port && port <= ephemeral.to);
  return [...new Set([ephemeral.from, ...inside, ephemeral.to])];
}
