import { contains, halves, isAddress, overlaps } from "../model/addresses";
import type { Network, NetworkInterface, SecurityGroupRule } from "../model/network";
import type { Hop } from "./trace";

/** The other side of a connection, as a security group sees it. */
export interface Peer {
  readonly label: string;
  /** Address or block. */
  readonly block: string;
  /** Security groups it is a member of. */
  readonly groups: readonly string[];
  /** Gateway endpoint whose prefix list it is in. */
  readonly prefixList?: string;
}

type Guarded = Pick<NetworkInterface, "label" | "origin" | "securityGroups" | "unguarded">;

/**
 * Whether the security groups of an interface let a connection to a TCP port out or in. Groups add up, and they are
 * stateful: answers need no rule. Source: Amazon VPC User Guide, "Security group rules".
 */
export function securityGroupHop(
  { securityGroups }: Pick<Network, "securityGroups">,
  guarded: Guarded,
  direction: SecurityGroupRule["direction"],
  peer: Peer,
  port: number,
): Hop {
  const words = direction === "egress" ? `to ${peer.label}` : `from ${peer.label}`;
  if (guarded.unguarded) {
    return { verdict: "open", text: `${guarded.label}: its own security group is taken to allow everything` };
  }
  const unknown: string[] = [];
  for (const key of guarded.securityGroups) {
    const group = securityGroups.get(key);
    if (!group || group.unknown) unknown.push(group?.unknown ?? `security group ${key} is not in these stacks`);
    const rules = group?.[direction].filter(({ ports }) => ports.from <= port && port <= ports.to) ?? [];
    const rule = matching(rules, peer);
    if (rule) {
      const text = `${direction} rule of ${group?.name} allows tcp ${portText(rule)} ${ruleWords(rule, securityGroups)}`;
      return { verdict: "open", text, origin: rule.origin };
    }
    for (const { peer: other } of rules) {
      if ("unknown" in other) unknown.push(other.unknown);
      if ("prefixList" in other && isCustomers(other.prefixList)) {
        unknown.push(`the addresses of prefix list ${other.prefixList} are not in these stacks`);
      }
    }
  }
  if (unknown.length > 0) {
    return {
      verdict: "unknown",
      text: `${direction} of ${guarded.label}: ${unknown.join("; ")}`,
      origin: guarded.origin,
    };
  }
  if (guarded.securityGroups.length === 0) {
    return {
      verdict: "unknown",
      text: `${guarded.label} names no security group: AWS takes the VPC's default one`,
      origin: guarded.origin,
    };
  }
  const names = guarded.securityGroups.map((key) => securityGroups.get(key)?.name).join(", ");
  const origin = securityGroups.get(String(guarded.securityGroups[0]))?.origin;
  return { verdict: "closed", text: `no ${direction} rule of ${names} allows tcp ${port} ${words}`, origin };
}

/** A prefix list that is given by id may hold any address; that of a gateway endpoint holds the service's alone. */
const isCustomers = (prefixList: string): boolean => prefixList.startsWith("pl-");

/** A rule that lets the peer through; for a block, the first of those that together contain it. */
function matching(rules: readonly SecurityGroupRule[], peer: Peer): SecurityGroupRule | undefined {
  const named = rules.find(
    ({ peer: other }) =>
      ("group" in other && peer.groups.includes(other.group)) ||
      ("prefixList" in other && peer.prefixList === other.prefixList),
  );
  return named ?? containing(rules, peer.block);
}

function containing(rules: readonly SecurityGroupRule[], block: string): SecurityGroupRule | undefined {
  const near = rules.filter(({ peer }) => "block" in peer && overlaps(peer.block, block));
  const whole = near.find(({ peer }) => "block" in peer && contains(peer.block, block));
  if (whole || near.length === 0 || isAddress(block)) return whole;
  const parts = halves(block).map((half) => containing(near, half));
  return parts.every(Boolean) ? parts[0] : undefined;
}

const portText = ({ ports }: SecurityGroupRule): string =>
  ports.from === ports.to ? `${ports.from}` : `${ports.from}-${ports.to}`;

function ruleWords({ direction, peer }: SecurityGroupRule, groups: Network["securityGroups"]): string {
  const preposition = direction === "egress" ? "to" : "from";
  if ("block" in peer) return `${preposition} ${peer.block}`;
  if ("group" in peer) return `${preposition} members of ${groups.get(peer.group)?.name ?? peer.group}`;
  return `${preposition} the prefix list of a gateway endpoint`;
}
