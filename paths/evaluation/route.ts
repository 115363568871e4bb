import { contains, prefixLength } from "../model/addresses";
import type { Network, Route, RouteTarget, Subnet, Vpc } from "../model/network";
import type { Origin } from "../model/stacks";
import type { Hop } from "./trace";

/** Where a route table sends packets. */
export type Next = RouteTarget | { readonly kind: "local" } | { readonly kind: "unknown" } | { readonly kind: "none" };

export interface Destination {
  readonly label: string;
  readonly address: string;
  /** Gateway endpoint whose prefix list has the address. */
  readonly prefixList?: string;
}

/** All IPv4 blocks of a VPC: each has a local route. */
export const blocksOf = ({ block, secondaryBlocks }: Vpc): readonly string[] => [block, ...secondaryBlocks];

/**
 * The assumed contents of the VPC's main route table: the routes of AWS, or any. No stack manages it, and it
 * is the first that consoles and scripts change.
 */
export type MainRouteTable = "local only" | "anything";

/**
 * The route with the longest prefix. The VPC's own block is always local; a prefix list of AWS holds longer prefixes
 * than any default route. Source: Amazon VPC User Guide, "Route priority".
 */
export function nextHop(
  { routeTables, vpcs }: Pick<Network, "routeTables" | "vpcs">,
  subnet: Subnet,
  destination: Destination,
  main: MainRouteTable = "local only",
): { hop: Hop; next: Next } {
  const vpc = vpcs.get(subnet.vpc);
  const table = subnet.routeTable === undefined ? undefined : routeTables.get(subnet.routeTable);
  const routes = table?.routes.filter((route) => leadsTo(route, destination)) ?? [];
  const best = routes.reduce<Route | undefined>((a, b) => (a && length(a) >= length(b) ? a : b), undefined);
  const own = vpc && blocksOf(vpc).find((block) => contains(block, destination.address));
  const local = own === undefined ? -1 : prefixLength(own);
  const where = table?.origin ?? subnet.origin;

  if (local >= 0 && local >= (best ? length(best) : -1)) {
    return answer("open", `local route of the VPC to ${destination.label}`, where, { kind: "local" });
  }
  if (best) return through(best, destination);
  if (!table) {
    const left = "the subnet is left to the VPC's main route table";
    return main === "local only"
      ? answer("closed", `${left}, which has no route to ${destination.label}`, subnet.origin, { kind: "none" })
      : answer("unknown", `${left}, whose routes are not in these stacks`, subnet.origin, { kind: "unknown" });
  }
  return answer("closed", `no route to ${destination.label}`, table.origin, { kind: "none" });
}

function through({ destination: to, origin, target }: Route, destination: Destination): { hop: Hop; next: Next } {
  const what = "block" in to ? to.block : "the service's prefix list";
  switch (target.kind) {
    case "nat-gateway":
      return answer("open", `route ${what} → NAT gateway`, origin, target);
    case "internet-gateway":
      return answer("open", `route ${what} → internet gateway`, origin, target);
    case "egress-only-internet-gateway":
      return answer("open", `route ${what} → egress-only internet gateway`, origin, target);
    case "gateway-endpoint":
      return answer("open", `route ${what} → gateway endpoint`, origin, target);
    case "other":
      return answer(
        "unknown",
        `route to ${destination.label} by ${target.what}, which is not modelled`,
        origin,
        target,
      );
  }
}

const answer = (verdict: Hop["verdict"], text: string, origin: Origin, next: Next) => ({
  hop: { verdict, text, origin },
  next,
});

const leadsTo = ({ destination: to }: Route, destination: Destination): boolean =>
  "block" in to ? contains(to.block, destination.address) : to.prefixList === destination.prefixList;

/** A prefix list counts as longer than the blocks that are written in routes here. */
const length = ({ destination }: Route): number => ("block" in destination ? prefixLength(destination.block) : 32);
