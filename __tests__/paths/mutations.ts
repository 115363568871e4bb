import { readNetwork } from "../../paths/model/read";
import type { Block, Stacks } from "../../paths/model/stacks";

/** One change of the synthesized stacks that a mistake could make. */
export interface Mutation {
  readonly change: string;
  readonly stack: string;
  readonly address: string;
  apply(): Stacks;
}

const ruleTypes = ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"];
const removable = [
  ...ruleTypes,
  "aws_route",
  "aws_route_table_association",
  "aws_vpc_endpoint",
  "aws_lb_listener",
  "aws_lb_listener_rule",
  "aws_lb_target_group_attachment",
];

/** Removes, and widens, everything that lets packets pass: once each. */
export function mutations(stacks: Stacks): Mutation[] {
  return Object.entries(stacks).flatMap(([stack, json]) =>
    Object.entries(json.resource ?? {}).flatMap(([type, blocks]) =>
      Object.entries(blocks).flatMap(([name, block]) =>
        changes(stacks, type, block).map(([change, changed]) => ({
          change,
          stack,
          address: `${type}.${name}`,
          apply: () => withBlock(stacks, stack, type, name, changed),
        })),
      ),
    ),
  );
}

type Change = [change: string, block: Block | undefined];

function changes(stacks: Stacks, type: string, block: Block): Change[] {
  const removed: Change[] = removable.includes(type) ? [["remove", undefined]] : [];
  if (ruleTypes.includes(type)) return [...removed, ...widerRule(stacks, type, block)];
  if (type === "aws_vpc_endpoint" && block.vpc_endpoint_type === "Gateway") {
    return [...removed, ...fewerRouteTables(block)];
  }
  return removed;
}

function widerRule(stacks: Stacks, type: string, block: Block): Change[] {
  const {
    cidr_ipv4,
    for_each,
    from_port: from,
    prefix_list_id,
    referenced_security_group_id,
    to_port: to,
    ...rest
  } = block;
  const peer = { cidr_ipv4, prefix_list_id, referenced_security_group_id };
  const anywhere: Block =
    typeof for_each === "string"
      ? { ...block, for_each: for_each.replace(/(setproduct\(\[[\d,]*\], )\[[^\]]*\]/, '$1["0.0.0.0/0"]') }
      : { ...rest, from_port: from, to_port: to, cidr_ipv4: "0.0.0.0/0" };
  const everyPort: Block = {
    ...rest,
    ...(typeof for_each === "string" ? { cidr_ipv4: /"([\d./]+)"\]/.exec(for_each)?.[1] } : peer),
    ip_protocol: "-1",
  };
  // AWS refuses a second rule that is equal to one of the same group.
  const isDuplicate = Object.values(stacks).some((json) =>
    Object.values(json.resource?.[type] ?? {}).some(
      (other) =>
        other.cidr_ipv4 === "0.0.0.0/0" &&
        other.security_group_id === block.security_group_id &&
        other.from_port === from &&
        other.to_port === to,
    ),
  );
  return [...(isDuplicate ? [] : [["widen to 0.0.0.0/0", anywhere] as Change]), ["widen to all ports", everyPort]];
}

/** The routes of a gateway endpoint are entries of its list. */
function fewerRouteTables(block: Block): Change[] {
  const tables = block.route_table_ids as string[];
  return tables.map((_, index) => [
    `remove from route table ${index + 1}`,
    { ...block, route_table_ids: tables.filter((_table, other) => other !== index) },
  ]);
}

/** The same over IPv6: each rule and route removed, each rule opened, and the ways that nobody should add. */
export function ipv6Mutations(stacks: Stacks): Mutation[] {
  const own = mutations(stacks).filter(({ address, change, stack }) => {
    const [type = "", name = ""] = address.split(".");
    const block = stacks[stack]?.resource?.[type]?.[name] ?? {};
    const isOver6 = block.cidr_ipv6 !== undefined || block.destination_ipv6_cidr_block !== undefined;
    return isOver6 && change !== "widen to 0.0.0.0/0";
  });
  const { network } = readNetwork(stacks);
  const opened = Object.entries(stacks).flatMap(([stack, json]) =>
    Object.entries(json.resource?.aws_vpc_security_group_ingress_rule ?? {}).map(
      ([name, { cidr_ipv4: _4, cidr_ipv6: _6, for_each: _each, referenced_security_group_id: _group, ...rest }]) => ({
        change: "widen to ::/0",
        stack,
        address: `aws_vpc_security_group_ingress_rule.${name}`,
        apply: () =>
          withBlock(stacks, stack, "aws_vpc_security_group_ingress_rule", name, {
            ...rest,
            ip_protocol: "-1",
            cidr_ipv6: "::/0",
          }),
      }),
    ),
  );
  const [egressOnly] = Object.entries(stacks).flatMap(([stack, json]) =>
    Object.keys(json.resource?.aws_egress_only_internet_gateway ?? {}).map((name) => ({ stack, name })),
  );
  const added = [...network.routeTables].flatMap(([, { origin, routes }]) =>
    egressOnly === undefined || routes.some(({ destination }) => "block" in destination && destination.block === "::/0")
      ? []
      : [
          {
            change: "add an IPv6 default route to",
            ...origin,
            apply: () =>
              withBlock(stacks, origin.stack, "aws_route", "added", {
                route_table_id: `\${${origin.address}.id}`,
                destination_ipv6_cidr_block: "::/0",
                egress_only_gateway_id: `\${aws_egress_only_internet_gateway.${egressOnly.name}.id}`,
              }),
          },
        ],
  );
  return [...own, ...opened, ...added];
}

function withBlock(stacks: Stacks, stack: string, type: string, name: string, block: Block | undefined): Stacks {
  const json = stacks[stack];
  const { [name]: _, ...others } = json?.resource?.[type] ?? {};
  const blocks = block ? { ...others, [name]: block } : others;
  return { ...stacks, [stack]: { ...json, resource: { ...json?.resource, [type]: blocks } } };
}

/** Default routes that somebody adds to tables that have none. */
export function addedRoutes(stacks: Stacks): Mutation[] {
  const { network } = readNetwork(stacks);
  const [gateway] = network.natGateways.keys();
  if (!gateway) return [];
  return [...network.routeTables].flatMap(([, { origin, routes }]) => {
    if (routes.some(({ destination }) => "block" in destination && destination.block === "0.0.0.0/0")) return [];
    const id = (address: string) => `\${${address}.id}`;
    const route: Block = {
      route_table_id: id(origin.address),
      destination_cidr_block: "0.0.0.0/0",
      nat_gateway_id: id(gateway.slice(gateway.indexOf("/") + 1)),
    };
    return [
      {
        change: "add a default route to",
        ...origin,
        apply: () => withBlock(stacks, origin.stack, "aws_route", "added", route),
      },
    ];
  });
}
