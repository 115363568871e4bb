import { isDeepStrictEqual } from "node:util";
import {
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type NetworkAcl,
  type Route,
  type RouteTable,
  type SecurityGroupRule,
  type Tag,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { existingSecurityGroups } from "../../config/derive";
import { type NetworkSnapshot, readSnapshot } from "../../config/network-snapshot";
import type { Environment } from "../../config/schema";

type Endpoint = NetworkSnapshot["endpoints"][number];
type Statement = NonNullable<Endpoint["policy"]>[number];

interface Tagged {
  readonly Tags?: readonly Tag[] | undefined;
}

/**
 * Reads from AWS what paths depend on in a VPC. Lists are sorted by id, so that two snapshots of an unchanged VPC are equal.
 *
 * @param environments those of the project that use the VPC
 * @param counts endpoints and rules that do not count are left out
 * @throws Error if there is no such VPC
 */
export async function takeSnapshot(
  ec2: EC2Client,
  vpcId: string,
  environments: readonly Environment[] = [],
  counts: (tagged: Tagged) => boolean = () => true,
): Promise<NetworkSnapshot> {
  const securityGroupIds = environments.flatMap(existingSecurityGroups);
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  const [vpc] = Vpcs;
  if (!vpc) throw new Error(`VPC ${vpcId} is not in this account and Region`);
  const inVpc = [{ Name: "vpc-id", Values: [vpcId] }];
  const attribute = async (Attribute: "enableDnsSupport" | "enableDnsHostnames") => {
    const answer = await ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }));
    return (answer.EnableDnsSupport ?? answer.EnableDnsHostnames)?.Value === true;
  };
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: inVpc }));
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: inVpc }));
  const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({ Filters: inVpc }));
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: inVpc }));
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: inVpc }));
  const ofAws = VpcEndpoints.filter((each) => !each.ServiceName?.includes(".vpce.") && counts(each)).map(endpoint);
  const internetGatewayId = RouteTables.flatMap(({ Routes = [] }) => Routes)
    .map(({ GatewayId = "" }) => GatewayId)
    .find((gateway) => gateway.startsWith("igw-"));
  const groups = [...new Set([...ofAws.flatMap((each) => each.securityGroupIds), ...securityGroupIds])];

  return {
    accountId: vpc.OwnerId ?? "",
    vpc: {
      id: vpcId,
      cidrBlocks: (vpc.CidrBlockAssociationSet ?? [{ CidrBlock: vpc.CidrBlock }]).map(
        ({ CidrBlock = "" }) => CidrBlock,
      ),
      dnsSupport: await attribute("enableDnsSupport"),
      dnsHostnames: await attribute("enableDnsHostnames"),
      ...(internetGatewayId && { internetGatewayId }),
    },
    subnets: byId(
      Subnets.map(({ AvailabilityZoneId = "", CidrBlock = "", SubnetId = "", Tags = [] }) => ({
        id: SubnetId,
        cidrBlock: CidrBlock,
        availabilityZoneId: AvailabilityZoneId,
        routeTableId: routeTableOf(RouteTables, SubnetId),
        networkAclId:
          NetworkAcls.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === SubnetId))
            ?.NetworkAclId ?? "",
        tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
      })),
    ),
    routeTables: byId(
      RouteTables.map(({ RouteTableId = "", Routes = [] }) => ({ id: RouteTableId, routes: Routes.flatMap(route) })),
    ),
    networkAcls: byId(NetworkAcls.map((acl) => ({ id: acl.NetworkAclId ?? "", entries: entries(acl) }))),
    natGateways: byId(
      NatGateways.filter(({ State }) => State === "available").map(
        ({ ConnectivityType, NatGatewayId = "", SubnetId = "" }) => ({
          id: NatGatewayId,
          subnetId: SubnetId,
          public: ConnectivityType !== "private",
        }),
      ),
    ),
    endpoints: byId(ofAws),
    securityGroups: await securityGroups(ec2, groups, counts),
  };
}

const byId = <Entry extends { readonly id: string }>(entries: Entry[]): Entry[] =>
  entries.sort((a, b) => (a.id < b.id ? -1 : 1));

/**
 * What has changed in an existing VPC since its snapshot was taken; undefined where there is no snapshot. Endpoints and
 * rules that environments of the project have created there come and go with them, and are no change.
 */
export async function changedSince(
  ec2: EC2Client,
  vpcId: string,
  environments: readonly Environment[],
): Promise<string[] | undefined> {
  const kept = readSnapshot(vpcId);
  if (!kept) return undefined;
  const isForeign = ({ Tags = [] }: Tagged) =>
    !environments.some(({ name, project }) =>
      Object.entries({ project, environment: name }).every(([key, value]) =>
        Tags.some((tag) => tag.Key === key && tag.Value === value),
      ),
    );
  const all = await takeSnapshot(ec2, vpcId, environments);
  const now = await takeSnapshot(ec2, vpcId, environments, isForeign);
  const before = without(kept, all, now);
  return Object.keys(now).filter(
    (part) => !isDeepStrictEqual(now[part as keyof NetworkSnapshot], before[part as keyof NetworkSnapshot]),
  );
}

/** A snapshot without the endpoints, groups and rules that `all` has and `foreign` has not. */
function without(snapshot: NetworkSnapshot, all: NetworkSnapshot, foreign: NetworkSnapshot): NetworkSnapshot {
  const own = (list: "endpoints" | "securityGroups") => {
    const ids = new Set(foreign[list].map(({ id }) => id));
    return new Set(all[list].flatMap(({ id }) => (ids.has(id) ? [] : [id])));
  };
  const [endpoints, groups] = [own("endpoints"), own("securityGroups")];
  const rulesOf = (of: NetworkSnapshot, group: string) =>
    (of.securityGroups.find(({ id }) => id === group)?.rules ?? []).map((each) => JSON.stringify(each));
  return {
    ...snapshot,
    endpoints: snapshot.endpoints.filter(({ id }) => !endpoints.has(id)),
    securityGroups: snapshot.securityGroups
      .filter(({ id }) => !groups.has(id))
      .map(({ rules, ...group }) => {
        const theirs = rulesOf(foreign, group.id);
        const ours = rulesOf(all, group.id).filter((each) => !theirs.includes(each));
        return { ...group, rules: rules.filter((each) => !ours.includes(JSON.stringify(each))) };
      }),
  };
}

/** A subnet without an association of its own has the VPC's main route table. */
function routeTableOf(tables: readonly RouteTable[], subnetId: string): string {
  const has = (test: (association: { SubnetId?: string; Main?: boolean }) => boolean) =>
    tables.find(({ Associations = [] }) => Associations.some(test))?.RouteTableId;
  return has(({ SubnetId }) => SubnetId === subnetId) ?? has(({ Main }) => Main === true) ?? "";
}

/** Routes by block; that to the VPC itself, and those of gateway endpoints, follow from the rest. */
function route(one: Route): { destination: string; target: string }[] {
  const target =
    one.NatGatewayId ??
    one.TransitGatewayId ??
    one.VpcPeeringConnectionId ??
    one.NetworkInterfaceId ??
    one.InstanceId ??
    one.LocalGatewayId ??
    one.CarrierGatewayId ??
    one.GatewayId;
  const { DestinationCidrBlock: destination } = one;
  if (destination === undefined || target === undefined || target === "local" || target.startsWith("vpce-")) return [];
  return [{ destination, target }];
}

const entries = ({ Entries = [] }: NetworkAcl) =>
  Entries.filter(({ CidrBlock }) => CidrBlock !== undefined)
    .map(({ CidrBlock = "", Egress = false, PortRange, Protocol = "-1", RuleAction, RuleNumber = 0 }) => ({
      egress: Egress,
      number: RuleNumber,
      allow: RuleAction === "allow",
      protocol: Protocol,
      cidrBlock: CidrBlock,
      ...(PortRange && { fromPort: PortRange.From, toPort: PortRange.To }),
    }))
    .sort((a, b) => Number(a.egress) - Number(b.egress) || a.number - b.number);

function endpoint(one: VpcEndpoint): Endpoint {
  const policy = statements(one.PolicyDocument);
  return {
    id: one.VpcEndpointId ?? "",
    serviceName: one.ServiceName ?? "",
    type: one.VpcEndpointType === "Interface" ? "Interface" : "Gateway",
    privateDns: one.PrivateDnsEnabled === true,
    subnetIds: [...(one.SubnetIds ?? [])].sort(),
    routeTableIds: [...(one.RouteTableIds ?? [])].sort(),
    securityGroupIds: (one.Groups ?? []).map(({ GroupId = "" }) => GroupId).sort(),
    ...(policy && { policy }),
  };
}

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Statements of a policy in JSON. What paths do not model, such as `NotAction`, becomes a condition that they don't know. */
function statements(document: string | undefined): Statement[] | undefined {
  if (!document) return undefined;
  const { Statement: list } = JSON.parse(document) as { Statement: unknown };
  return [list].flat().map((each) => {
    const one = each as Readonly<Record<string, string | readonly string[]>> & { readonly Condition?: Condition };
    const unknown = Object.keys(one).filter((key) => key.startsWith("Not"));
    return {
      effect: one.Effect === "Deny" ? "Deny" : "Allow",
      actions: [one.Action ?? "*"].flat(),
      resources: [one.Resource ?? "*"].flat(),
      conditions: [
        ...Object.entries(one.Condition ?? {}).flatMap(([test, keys]) =>
          Object.entries(keys).map(([variable, values]) => ({ test, variable, values: [values].flat() })),
        ),
        ...unknown.map((key) => ({ test: key, variable: key, values: [] })),
      ],
    };
  });
}

async function securityGroups(
  ec2: EC2Client,
  ids: readonly string[],
  counts: (tagged: Tagged) => boolean,
): Promise<NetworkSnapshot["securityGroups"]> {
  if (ids.length === 0) return [];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [...ids] }));
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [...ids] }] }),
  );
  return byId(
    SecurityGroups.map(({ GroupId = "", GroupName = "" }) => ({
      id: GroupId,
      name: GroupName,
      rules: SecurityGroupRules.filter((rule) => rule.GroupId === GroupId && counts(rule))
        .sort((a, b) => (String(a.SecurityGroupRuleId) < String(b.SecurityGroupRuleId) ? -1 : 1))
        .flatMap(rule),
    })),
  );
}

function rule(one: SecurityGroupRule): NetworkSnapshot["securityGroups"][number]["rules"] {
  const peer = one.CidrIpv4 ?? one.ReferencedGroupInfo?.GroupId ?? one.PrefixListId;
  if (peer === undefined) return [];
  return [
    {
      egress: one.IsEgress === true,
      protocol: one.IpProtocol ?? "-1",
      ...(one.IpProtocol !== "-1" && { fromPort: one.FromPort, toPort: one.ToPort }),
      peer,
    },
  ];
}
