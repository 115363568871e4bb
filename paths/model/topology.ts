import { isExistingVpcStack } from "./existing-vpc";
import type {
  NatGateway,
  Network,
  NetworkAcl,
  NetworkAclEntry,
  Route,
  RouteTable,
  RouteTarget,
  Subnet,
  Vpc,
} from "./network";
import { keys, resolve } from "./references";
import { portRange } from "./security-groups";
import { type Block, type Origin, type Resource, resources, type Stacks } from "./stacks";

type Topology = Pick<
  Network,
  "vpcs" | "subnets" | "routeTables" | "networkAcls" | "natGateways" | "withInternetGateway"
>;

/** VPCs, subnets, and what leads from one place to another. */
export function readTopology(stacks: Stacks): Topology {
  return {
    vpcs: byKey(resources(stacks, "aws_vpc"), (resource) => vpc(stacks, resource)),
    subnets: readSubnets(stacks),
    routeTables: readRouteTables(stacks),
    networkAcls: readNetworkAcls(stacks),
    natGateways: byKey(resources(stacks, "aws_nat_gateway"), (resource) => natGateway(stacks, resource)),
    withInternetGateway: new Set(
      [...resources(stacks, "aws_internet_gateway"), ...resources(stacks, "aws_internet_gateway_attachment")].flatMap(
        ({ block, origin }) => keys(stacks, origin.stack, block.vpc_id),
      ),
    ),
  };
}

const byKey = <T>(all: readonly Resource[], read: (resource: Resource) => T): Map<string, T> =>
  new Map(all.map((resource) => [resource.key, read(resource)]));

const one = (stacks: Stacks, { origin }: Resource, id: unknown): string => keys(stacks, origin.stack, id)[0] ?? "";

function vpc(stacks: Stacks, { block, key, origin }: Resource): Vpc {
  return {
    key,
    origin,
    block: String(resolve(stacks, origin.stack, block.cidr_block)),
    secondaryBlocks: resources(stacks, "aws_vpc_ipv4_cidr_block_association")
      .filter((association) => one(stacks, association, association.block.vpc_id) === key)
      .map((association) => String(resolve(stacks, association.origin.stack, association.block.cidr_block))),
    resolvesPrivateNames: block.enable_dns_support !== false && block.enable_dns_hostnames === true,
  };
}

function natGateway(stacks: Stacks, resource: Resource): NatGateway {
  const { block, origin } = resource;
  return {
    origin,
    subnet: one(stacks, resource, block.subnet_id),
    public: block.connectivity_type !== "private" && block.allocation_id !== undefined,
  };
}

function readSubnets(stacks: Stacks): Map<string, Subnet> {
  const tables = new Map(
    resources(stacks, "aws_route_table_association").map((resource) => [
      one(stacks, resource, resource.block.subnet_id),
      one(stacks, resource, resource.block.route_table_id),
    ]),
  );
  const acls = new Map<string, string>();
  for (const { block, key, origin } of resources(stacks, "aws_network_acl")) {
    for (const subnet of keys(stacks, origin.stack, block.subnet_ids)) acls.set(subnet, key);
  }
  for (const resource of resources(stacks, "aws_network_acl_association")) {
    acls.set(one(stacks, resource, resource.block.subnet_id), one(stacks, resource, resource.block.network_acl_id));
  }
  return byKey(resources(stacks, "aws_subnet"), (resource) => {
    const { block, key, origin } = resource;
    return {
      key,
      origin,
      vpc: one(stacks, resource, block.vpc_id),
      block: String(resolve(stacks, origin.stack, block.cidr_block)),
      zone: String(resolve(stacks, origin.stack, block.availability_zone_id ?? block.availability_zone)),
      ipv6: isExistingVpcStack(origin.stack) ? "unknown" : block.ipv6_cidr_block !== undefined,
      routeTable: tables.get(key),
      networkAcl: acls.get(key),
    };
  });
}

function readRouteTables(stacks: Stacks): Map<string, RouteTable> {
  const routes = new Map<string, Route[]>();
  for (const resource of resources(stacks, "aws_route_table")) routes.set(resource.key, []);
  for (const resource of resources(stacks, "aws_route")) {
    routes.get(one(stacks, resource, resource.block.route_table_id))?.push(...route(stacks, resource));
  }
  for (const { block, key, origin } of resources(stacks, "aws_vpc_endpoint")) {
    if (block.vpc_endpoint_type !== "Gateway") continue;
    const tables = keys(stacks, origin.stack, block.route_table_ids);
    for (const table of tables) {
      routes.get(table)?.push({ origin, destination: { prefixList: key }, target: { kind: "gateway-endpoint", key } });
    }
  }
  const origins = new Map(resources(stacks, "aws_route_table").map(({ key, origin }) => [key, origin]));
  return new Map([...routes].map(([key, list]) => [key, { origin: origins.get(key) as Origin, routes: list }]));
}

function route(stacks: Stacks, resource: Resource): Route[] {
  const { block, origin } = resource;
  const destination = resolve(stacks, origin.stack, block.destination_cidr_block ?? block.destination_ipv6_cidr_block);
  if (typeof destination !== "string") return [];
  return [{ origin, destination: { block: destination }, target: routeTarget(stacks, resource) }];
}

function routeTarget(stacks: Stacks, resource: Resource): RouteTarget {
  const { block } = resource;
  if (block.nat_gateway_id !== undefined) {
    return { kind: "nat-gateway", key: one(stacks, resource, block.nat_gateway_id) };
  }
  if (block.egress_only_gateway_id !== undefined) return { kind: "egress-only-internet-gateway" };
  const gateway = one(stacks, resource, block.gateway_id);
  if (gateway.includes("/aws_internet_gateway.")) return { kind: "internet-gateway" };
  const named = Object.keys(block).find((key) => key.endsWith("_id") && key !== "route_table_id");
  return { kind: "other", what: named ?? "nothing" };
}

function readNetworkAcls(stacks: Stacks): Map<string, NetworkAcl> {
  const separate = resources(stacks, "aws_network_acl_rule").map((resource) => ({
    acl: one(stacks, resource, resource.block.network_acl_id),
    entry: aclEntry(resource.origin, resource.block, resource.block.egress === true ? "egress" : "ingress"),
  }));
  return byKey(resources(stacks, "aws_network_acl"), ({ block, key, origin }) => {
    const inline = (["ingress", "egress"] as const).flatMap((direction) =>
      (Array.isArray(block[direction]) ? (block[direction] as Block[]) : []).map((entry) =>
        aclEntry(origin, entry, direction),
      ),
    );
    const own = separate.filter(({ acl }) => acl === key).map(({ entry }) => entry);
    const entries = [...inline, ...own].flatMap((entry) => entry ?? []).sort((a, b) => a.number - b.number);
    return { origin, entries };
  });
}

/** An entry of a network ACL; undefined where it is not about TCP. */
function aclEntry(origin: Origin, entry: Block, direction: "ingress" | "egress"): NetworkAclEntry | undefined {
  const ports = portRange(entry.protocol, entry.from_port, entry.to_port);
  const block = entry.cidr_block ?? entry.ipv6_cidr_block;
  if (!ports || typeof block !== "string") return undefined;
  return {
    origin,
    direction,
    number: Number(entry.rule_no ?? entry.rule_number),
    allow: (entry.action ?? entry.rule_action) === "allow",
    block,
    ports,
  };
}
