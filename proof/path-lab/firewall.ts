import { isIpv6 } from "../../paths/model/addresses";
import type { Network, NetworkInterface, SecurityGroupRule } from "../../paths/model/network";

/** Blocks behind a gateway endpoint's prefix list, by key of the endpoint. */
export type PrefixLists = ReadonlyMap<string, readonly string[]>;

/**
 * The security groups of an interface as nftables rules: what comes in by the VPC (`eth0`), and by PrivateLink
 * (`tunnel*`) where the NLB enforces its inbound rules there; what goes out by the VPC. Answers pass, as AWS's groups
 * are stateful, and everything else is dropped without a word.
 */
export function firewall(
  network: Network,
  of: NetworkInterface,
  { prefixLists, enforcedOnTunnels }: { readonly prefixLists: PrefixLists; readonly enforcedOnTunnels: boolean },
): string {
  const groups = of.securityGroups.flatMap((key) => network.securityGroups.get(key) ?? []);
  const accept = (rules: readonly SecurityGroupRule[], side: "saddr" | "daddr") =>
    rules.flatMap((rule) => {
      const blocks = blocksOf(network, rule, prefixLists);
      const ports = rule.ports.from === rule.ports.to ? `${rule.ports.from}` : `${rule.ports.from}-${rule.ports.to}`;
      return blocks.length === 0 ? [] : [`ip ${side} { ${blocks.join(", ")} } tcp dport ${ports} accept`];
    });
  const ingress = of.unguarded
    ? ["accept"]
    : accept(
        groups.flatMap((group) => group.ingress),
        "saddr",
      );
  const egress = of.unguarded
    ? ["accept"]
    : accept(
        groups.flatMap((group) => group.egress),
        "daddr",
      );
  return `table inet security_groups {
  chain checked {
    ct state established,related accept
    ${ingress.join("\n    ")}
    meta l4proto tcp drop
  }
  chain ingress {
    type filter hook prerouting priority -150; policy accept;
    iifname "eth0" jump checked
    ${enforcedOnTunnels ? 'iifname "tunnel*" jump checked' : ""}
  }
  chain egress {
    type filter hook output priority 0; policy accept;
    oifname != "eth0" accept
    ct state established,related accept
    ${egress.join("\n    ")}
    meta l4proto tcp drop
  }
}
`;
}

/** Blocks of the other side; a group stands for the addresses of its members. */
function blocksOf({ interfaces }: Network, { peer }: SecurityGroupRule, prefixLists: PrefixLists): readonly string[] {
  // The lab sends over IPv4 alone.
  if ("block" in peer) return isIpv6(peer.block) ? [] : [peer.block];
  if ("prefixList" in peer) return prefixLists.get(peer.prefixList) ?? [];
  if ("unknown" in peer) return [];
  return interfaces.filter(({ securityGroups }) => securityGroups.includes(peer.group)).map(({ address }) => address);
}
