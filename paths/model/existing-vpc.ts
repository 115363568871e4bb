import type { NetworkSnapshot } from "../../config/network-snapshot";
import type { Block, StackJson } from "./stacks";

type One<List extends keyof NetworkSnapshot> = NetworkSnapshot[List] extends readonly (infer Entry)[] ? Entry : never;
type SnapshotSubnet = One<"subnets">;
type SnapshotRoute = One<"routeTables">["routes"][number];
type SnapshotAclEntry = One<"networkAcls">["entries"][number];
type SnapshotRule = One<"securityGroups">["rules"][number];
type SnapshotEndpoint = One<"endpoints">;

/** Id of the stack that stands for a VPC that exists; no stack that Terraform applies begins like it. */
export const existingVpcStack = (vpcId: string): string => `existing-${vpcId}`;

export const isExistingVpcStack = (stack: string): boolean => stack.startsWith("existing-vpc-");

/** Types of the resources that ids of AWS name, by the beginning of the id. */
const typeOf: Readonly<Record<string, string>> = {
  acl: "aws_network_acl",
  igw: "aws_internet_gateway",
  nat: "aws_nat_gateway",
  rtb: "aws_route_table",
  sg: "aws_security_group",
  subnet: "aws_subnet",
  vpc: "aws_vpc",
  vpce: "aws_vpc_endpoint",
};

/** Address that an id has in the stack of its VPC; undefined for what is no id of these kinds. */
export function addressOfId(id: string): string | undefined {
  const type = typeOf[/^([a-z]+)-[0-9a-f]+$/.exec(id)?.[1] ?? ""];
  return type && `${type}.${id}`;
}

const ref = (id: string): string => `\${${addressOfId(id)}.id}`;

type Resources = Record<string, Record<string, Block>>;

/**
 * The VPC in the form that the stacks' own networks have, so that one model reads both. Addresses are types and ids:
 * `aws_subnet.subnet-0123456789abcdef0`.
 */
export function existingVpc(snapshot: NetworkSnapshot): StackJson {
  const resource: Resources = {};
  const documents: Record<string, Block> = {};
  const add = (type: string, name: string, block: Block) => {
    resource[type] = { ...resource[type], [name]: block };
  };
  const { id: vpcId, internetGatewayId } = snapshot.vpc;
  const [first, ...secondary] = snapshot.vpc.cidrBlocks;
  add("aws_vpc", vpcId, {
    id: vpcId,
    cidr_block: first,
    enable_dns_support: snapshot.vpc.dnsSupport,
    enable_dns_hostnames: snapshot.vpc.dnsHostnames,
  });
  for (const block of secondary) {
    add("aws_vpc_ipv4_cidr_block_association", block.replace(/[./]/g, "-"), { vpc_id: ref(vpcId), cidr_block: block });
  }
  if (internetGatewayId) add("aws_internet_gateway", internetGatewayId, { vpc_id: ref(vpcId) });
  for (const subnet of snapshot.subnets) addSubnet(add, vpcId, subnet);
  for (const { id, routes } of snapshot.routeTables) {
    add("aws_route_table", id, { vpc_id: ref(vpcId) });
    for (const [index, route] of routes.entries()) add("aws_route", `${id}-${index + 1}`, routeBlock(id, route));
  }
  for (const { entries, id } of snapshot.networkAcls) {
    const subnets = snapshot.subnets.filter(({ networkAclId }) => networkAclId === id);
    add("aws_network_acl", id, {
      subnet_ids: subnets.map((subnet) => ref(subnet.id)),
      ingress: entries.filter(({ egress }) => !egress).map(aclBlock),
      egress: entries.filter(({ egress }) => egress).map(aclBlock),
    });
  }
  for (const { id, public: reachable, subnetId } of snapshot.natGateways) {
    add("aws_nat_gateway", id, { subnet_id: ref(subnetId), ...(reachable && { allocation_id: "its address" }) });
  }
  for (const endpoint of snapshot.endpoints) addEndpoint(add, documents, snapshot, endpoint);
  for (const { id, name, rules } of snapshot.securityGroups) {
    add("aws_security_group", id, { name, vpc_id: ref(vpcId) });
    for (const [index, rule] of rules.entries()) {
      const type = `aws_vpc_security_group_${rule.egress ? "egress" : "ingress"}_rule`;
      add(type, `${id}-${index + 1}`, ruleBlock(id, rule));
    }
  }
  return {
    provider: { aws: [{ allowed_account_ids: [snapshot.accountId] }] },
    resource,
    data: { aws_iam_policy_document: documents },
  };
}

type Add = (type: string, name: string, block: Block) => void;

function addSubnet(
  add: Add,
  vpcId: string,
  { availabilityZoneId, cidrBlock, id, routeTableId, tags }: SnapshotSubnet,
): void {
  add("aws_subnet", id, {
    id,
    vpc_id: ref(vpcId),
    cidr_block: cidrBlock,
    availability_zone_id: availabilityZoneId,
    tags,
  });
  add("aws_route_table_association", id, { subnet_id: ref(id), route_table_id: ref(routeTableId) });
}

function routeBlock(table: string, { destination, target }: SnapshotRoute): Block {
  const way = target.startsWith("nat-")
    ? { nat_gateway_id: ref(target) }
    : target.startsWith("igw-")
      ? { gateway_id: ref(target) }
      : { [`${target.replace(/-[0-9a-f]+$/, "").replace(/-/g, "_")}_id`]: target };
  return { route_table_id: ref(table), destination_cidr_block: destination, ...way };
}

const aclBlock = ({ allow, cidrBlock, fromPort, number, protocol, toPort }: SnapshotAclEntry): Block => ({
  rule_no: number,
  action: allow ? "allow" : "deny",
  protocol,
  cidr_block: cidrBlock,
  from_port: fromPort,
  to_port: toPort,
});

function ruleBlock(group: string, { fromPort, peer, protocol, toPort }: SnapshotRule): Block {
  const other = peer.startsWith("sg-")
    ? { referenced_security_group_id: ref(peer) }
    : peer.startsWith("pl-")
      ? { prefix_list_id: peer }
      : { cidr_ipv4: peer };
  return { security_group_id: ref(group), ip_protocol: protocol, from_port: fromPort, to_port: toPort, ...other };
}

function addEndpoint(
  add: Add,
  documents: Record<string, Block>,
  { vpc }: NetworkSnapshot,
  { id, policy, privateDns, routeTableIds, securityGroupIds, serviceName, subnetIds, type }: SnapshotEndpoint,
): void {
  if (policy) {
    documents[id] = {
      statement: policy.map(({ actions, conditions, effect, resources }) => ({
        effect,
        actions,
        resources,
        condition: conditions,
      })),
    };
  }
  add("aws_vpc_endpoint", id, {
    id,
    vpc_id: ref(vpc.id),
    vpc_endpoint_type: type,
    service_name: serviceName,
    private_dns_enabled: privateDns,
    subnet_ids: subnetIds.map(ref),
    route_table_ids: routeTableIds.map(ref),
    security_group_ids: securityGroupIds.map(ref),
    ...(policy && { policy: `\${data.aws_iam_policy_document.${id}.json}` }),
  });
}
