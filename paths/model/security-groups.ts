import type { PortRange, SecurityGroup, SecurityGroupRule } from "./network";
import { portsAndClients, Reference, resolve, Unknown } from "./references";
import { type Block, type Resource, resources, type Stacks } from "./stacks";

const everyPort: PortRange = { from: 0, to: 65535 };

/** TCP ports of a rule; undefined where it is about another protocol. */
export function portRange(protocol: unknown, from: unknown, to: unknown): PortRange | undefined {
  const name = String(protocol);
  if (name === "-1" || name === "all") return everyPort;
  if (name !== "tcp" && name !== "6") return undefined;
  return from === undefined || from === null ? everyPort : { from: Number(from), to: Number(to ?? from) };
}

/** All security groups with their separate rules. */
export function readSecurityGroups(stacks: Stacks): Map<string, SecurityGroup> {
  const rules = [
    ...resources(stacks, "aws_vpc_security_group_ingress_rule").flatMap((rule) => separate(stacks, rule, "ingress")),
    ...resources(stacks, "aws_vpc_security_group_egress_rule").flatMap((rule) => separate(stacks, rule, "egress")),
  ];
  const byGroup = new Map<string, SecurityGroupRule[]>();
  for (const rule of rules) byGroup.set(rule.group, [...(byGroup.get(rule.group) ?? []), rule]);
  const all = [...resources(stacks, "aws_security_group"), ...resources(stacks, "aws_default_security_group")];
  return new Map(
    all.map(({ block, key, origin }) => {
      const own = byGroup.get(key) ?? [];
      const vpc = resolve(stacks, origin.stack, block.vpc_id);
      return [
        key,
        {
          key,
          origin,
          name: String(block.name ?? "default"),
          vpc: vpc instanceof Reference ? vpc.key : "",
          ingress: own.filter(({ direction }) => direction === "ingress"),
          egress: own.filter(({ direction }) => direction === "egress"),
          unknown: hasInlineRules(block) ? "it has rules inside its own block, which are not modelled" : undefined,
        },
      ];
    }),
  );
}

const hasInlineRules = (block: Block): boolean =>
  [block.ingress, block.egress].some((rules) => Array.isArray(rules) && rules.length > 0);

function separate(stacks: Stacks, resource: Resource, direction: SecurityGroupRule["direction"]): SecurityGroupRule[] {
  const { block } = resource;
  if (block.for_each === undefined) return one(stacks, resource, direction, block);
  const groups = provided(stacks, resource);
  if (groups)
    return groups.flatMap((group) =>
      one(stacks, resource, direction, { ...block, referenced_security_group_id: group }),
    );
  const pairs = portsAndClients(block);
  if (!pairs) {
    const unknown = `${String(block.for_each)}`;
    return one(stacks, resource, direction, { ...block, ip_protocol: "-1", cidr_ipv4: undefined }, unknown);
  }
  return pairs.flatMap(({ client, port }) => {
    const peer = PEERS.find((kind) => block[kind] !== undefined) ?? "referenced_security_group_id";
    return one(stacks, resource, direction, { ...block, from_port: port, to_port: port, [peer]: client });
  });
}

/** Arguments of a rule of which one names the other side. */
const PEERS = ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"] as const;

/** Groups of endpoints that an existing VPC provides: `toset(flatten([tolist(<output>), …]))`; undefined for anything else. */
function provided(stacks: Stacks, { block, origin }: Resource): unknown[] | undefined {
  const lists = /^\$\{toset\(flatten\(\[(.*)\]\)\)\}$/.exec(String(block.for_each))?.[1];
  if (lists === undefined) return undefined;
  const found = [...lists.matchAll(/tolist\(([^()]+)\)/g)].map(([, output]) =>
    resolve(stacks, origin.stack, `\${${output}}`),
  );
  return found.every(Array.isArray)
    ? [...new Set(found.flat().map((group) => (group instanceof Reference ? group.key : group)))]
    : undefined;
}

function one(
  stacks: Stacks,
  { origin }: Resource,
  direction: SecurityGroupRule["direction"],
  block: Block,
  unknown?: string,
): SecurityGroupRule[] {
  const ports = portRange(block.ip_protocol, block.from_port, block.to_port);
  const group = resolve(stacks, origin.stack, block.security_group_id);
  if (!ports || !(group instanceof Reference)) return [];
  const peer = unknown ? { unknown } : rulePeer(stacks, origin.stack, block);
  return peer ? [{ origin, group: group.key, direction, ports, peer }] : [];
}

/** The other side of a rule; undefined where it names none. */
function rulePeer(stacks: Stacks, stack: string, block: Block): SecurityGroupRule["peer"] | undefined {
  if (block.cidr_ipv4 !== undefined) return named(resolve(stacks, stack, block.cidr_ipv4), (text) => ({ block: text }));
  if (block.cidr_ipv6 !== undefined) return named(resolve(stacks, stack, block.cidr_ipv6), (text) => ({ block: text }));
  if (block.referenced_security_group_id !== undefined) {
    return named(resolve(stacks, stack, block.referenced_security_group_id), (group) => ({ group }));
  }
  if (block.prefix_list_id !== undefined) {
    return named(resolve(stacks, stack, block.prefix_list_id), (prefixList) => ({ prefixList }));
  }
  return undefined;
}

function named<T>(value: unknown, known: (text: string) => T): T | { readonly unknown: string } {
  if (value instanceof Reference) return known(value.key);
  if (typeof value === "string") return known(value);
  return { unknown: value instanceof Unknown ? value.reason : String(value) };
}
