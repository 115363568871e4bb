import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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
  EC2Client,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { snapshotFile } from "../../../config/network-snapshot";
import { projectPath } from "../../../config/project";
import { changedSince, takeSnapshot } from "../../../operations/verify/network-snapshot";
import { environmentOf } from "../../synth";

const VPC = "vpc-0123456789abcdef0";
const ec2 = mockClient(EC2Client);

beforeEach(() => {
  ec2.reset();
  ec2.on(DescribeVpcsCommand).resolves({
    Vpcs: [
      {
        VpcId: VPC,
        OwnerId: "111122223333",
        CidrBlockAssociationSet: [{ CidrBlock: "10.1.0.0/16" }, { CidrBlock: "100.64.0.0/16" }],
      },
    ],
  });
  ec2
    .on(DescribeVpcAttributeCommand, { Attribute: "enableDnsSupport" })
    .resolves({ EnableDnsSupport: { Value: true } });
  ec2
    .on(DescribeVpcAttributeCommand, { Attribute: "enableDnsHostnames" })
    .resolves({ EnableDnsHostnames: { Value: false } });
  ec2.on(DescribeSubnetsCommand).resolves({
    Subnets: [
      { SubnetId: "subnet-02", CidrBlock: "10.1.2.0/24", AvailabilityZoneId: "euc1-az2" },
      {
        SubnetId: "subnet-01",
        CidrBlock: "10.1.1.0/24",
        AvailabilityZoneId: "euc1-az1",
        Tags: [{ Key: "tier", Value: "private" }],
      },
    ],
  });
  ec2.on(DescribeRouteTablesCommand).resolves({
    RouteTables: [
      {
        RouteTableId: "rtb-02",
        Associations: [{ SubnetId: "subnet-01" }],
        Routes: [
          { DestinationCidrBlock: "10.1.0.0/16", GatewayId: "local" },
          { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-01" },
          { DestinationPrefixListId: "pl-01", GatewayId: "vpce-01" },
        ],
      },
      {
        RouteTableId: "rtb-01",
        Associations: [{ Main: true }],
        Routes: [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-01" }],
      },
    ],
  });
  ec2.on(DescribeNetworkAclsCommand).resolves({
    NetworkAcls: [
      {
        NetworkAclId: "acl-01",
        Associations: [{ SubnetId: "subnet-01" }, { SubnetId: "subnet-02" }],
        Entries: [
          { Egress: true, RuleNumber: 100, RuleAction: "allow", Protocol: "-1", CidrBlock: "0.0.0.0/0" },
          {
            Egress: false,
            RuleNumber: 90,
            RuleAction: "deny",
            Protocol: "6",
            CidrBlock: "10.9.0.0/16",
            PortRange: { From: 22, To: 22 },
          },
          { Egress: false, RuleNumber: 101, RuleAction: "allow", Protocol: "-1", Ipv6CidrBlock: "::/0" },
        ],
      },
    ],
  });
  ec2.on(DescribeNatGatewaysCommand).resolves({
    NatGateways: [
      { NatGatewayId: "nat-01", SubnetId: "subnet-02", State: "available", ConnectivityType: "public" },
      { NatGatewayId: "nat-02", SubnetId: "subnet-02", State: "deleted" },
    ],
  });
  ec2.on(DescribeVpcEndpointsCommand).resolves({
    VpcEndpoints: [
      {
        VpcEndpointId: "vpce-02",
        ServiceName: "com.amazonaws.eu-central-1.logs",
        VpcEndpointType: "Interface",
        PrivateDnsEnabled: true,
        SubnetIds: ["subnet-01"],
        Groups: [{ GroupId: "sg-01" }],
        PolicyDocument: JSON.stringify({
          Statement: {
            Effect: "Allow",
            NotAction: "logs:Delete*",
            Resource: "*",
            Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } },
          },
        }),
      },
      {
        VpcEndpointId: "vpce-01",
        ServiceName: "com.amazonaws.eu-central-1.s3",
        VpcEndpointType: "Gateway",
        RouteTableIds: ["rtb-02"],
      },
      {
        VpcEndpointId: "vpce-03",
        ServiceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-01",
        VpcEndpointType: "Interface",
      },
    ],
  });
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ GroupId: "sg-01", GroupName: "endpoints" }] });
  ec2.on(DescribeSecurityGroupRulesCommand).resolves({
    SecurityGroupRules: [
      {
        GroupId: "sg-01",
        SecurityGroupRuleId: "sgr-02",
        IsEgress: true,
        IpProtocol: "-1",
        FromPort: -1,
        ToPort: -1,
        CidrIpv4: "0.0.0.0/0",
      },
      {
        GroupId: "sg-01",
        SecurityGroupRuleId: "sgr-01",
        IpProtocol: "tcp",
        FromPort: 443,
        ToPort: 443,
        ReferencedGroupInfo: { GroupId: "sg-02" },
      },
    ],
  });
});

const snapshot = () => takeSnapshot(new EC2Client({}), VPC);

test("a subnet has its own route table, or the VPC's main one, and routes that follow from the rest are left out", async () => {
  const { routeTables, subnets, vpc } = await snapshot();
  expect(subnets.map(({ id, routeTableId, tags }) => [id, routeTableId, tags])).toEqual([
    ["subnet-01", "rtb-02", { tier: "private" }],
    ["subnet-02", "rtb-01", {}],
  ]);
  expect(routeTables.find(({ id }) => id === "rtb-02")?.routes).toEqual([
    { destination: "0.0.0.0/0", target: "nat-01" },
  ]);
  expect(vpc).toEqual({
    id: VPC,
    cidrBlocks: ["10.1.0.0/16", "100.64.0.0/16"],
    dnsSupport: true,
    dnsHostnames: false,
    internetGatewayId: "igw-01",
  });
});

test("entries of network ACLs are in the order in which they count", async () => {
  expect((await snapshot()).networkAcls[0]?.entries).toEqual([
    { egress: false, number: 90, allow: false, protocol: "6", cidrBlock: "10.9.0.0/16", fromPort: 22, toPort: 22 },
    { egress: true, number: 100, allow: true, protocol: "-1", cidrBlock: "0.0.0.0/0" },
  ]);
});

test("endpoints of AWS services are there with their groups; what of a policy is not modelled remains visible", async () => {
  const { endpoints, natGateways, securityGroups } = await snapshot();
  expect(endpoints.map(({ id }) => id)).toEqual(["vpce-01", "vpce-02"]);
  expect(endpoints[1]?.policy?.[0]?.conditions).toEqual([
    { test: "StringEquals", variable: "aws:PrincipalAccount", values: ["111122223333"] },
    { test: "NotAction", variable: "NotAction", values: [] },
  ]);
  expect(securityGroups[0]?.rules).toEqual([
    { egress: false, protocol: "tcp", fromPort: 443, toPort: 443, peer: "sg-02" },
    { egress: true, protocol: "-1", peer: "0.0.0.0/0" },
  ]);
  expect(natGateways.map(({ id }) => id)).toEqual(["nat-01"]);
});

test("fails when the VPC is not there", async () => {
  ec2.on(DescribeVpcsCommand).resolves({ Vpcs: [] });
  await expect(snapshot()).rejects.toThrow(`VPC ${VPC} is not in this account and Region`);
});

test("the policy in the documentation allows what is read, and nothing else", () => {
  const source = readFileSync(projectPath("operations", "verify", "network-snapshot.ts"), "utf8");
  const used = [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => `ec2:${name}`);
  const page = readFileSync(projectPath("docs", "make-it-yours.md"), "utf8");
  const policy = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "{}");
  expect(policy.Statement[0].Action).toEqual([...new Set(used)].sort());
});

describe("what has changed since", () => {
  // Of this test alone: other tests look for the snapshot of the usual one.
  const KEPT = "vpc-0fedcba9876543210";
  const environment = environmentOf({
    network: {
      existing: {
        vpcId: KEPT,
        privateSubnets: { ids: ["subnet-aaaaaaaaaaaaaaaa1", "subnet-aaaaaaaaaaaaaaaa2"] },
        provides: ["nat", "s3"],
      },
    },
  });
  const tags = [
    { Key: "project", Value: "private-app" },
    { Key: "environment", Value: "test" },
  ];
  const file = snapshotFile(KEPT);
  const changed = () => changedSince(new EC2Client({}), KEPT, [environment]);

  beforeEach(async () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(await takeSnapshot(new EC2Client({}), KEPT)));
  });
  afterEach(() => rmSync(file, { force: true }));

  test("is nothing in an unchanged VPC", async () => {
    expect(await changed()).toEqual([]);
  });

  test("is nothing that the environment has created: an endpoint, and a rule in a group of others", async () => {
    const { VpcEndpoints = [] } = await new EC2Client({}).send(new DescribeVpcEndpointsCommand({}));
    const own = { ...VpcEndpoints[1], VpcEndpointId: "vpce-09", Tags: tags };
    ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [...VpcEndpoints, own] });
    const { SecurityGroupRules = [] } = await new EC2Client({}).send(new DescribeSecurityGroupRulesCommand({}));
    const rule = { ...SecurityGroupRules[1], SecurityGroupRuleId: "sgr-09", FromPort: 5432, ToPort: 5432, Tags: tags };
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({ SecurityGroupRules: [...SecurityGroupRules, rule] });
    expect(await changed()).toEqual([]);
    // A snapshot that was taken while they were there.
    writeFileSync(file, JSON.stringify(await takeSnapshot(new EC2Client({}), KEPT)));
    expect(await changed()).toEqual([]);
    ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [...VpcEndpoints, { ...own, Tags: [] }].slice(1) });
    expect(await changed()).toEqual(["endpoints", "securityGroups"]);
  });

  test("is a rule that others have removed", async () => {
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({ SecurityGroupRules: [] });
    expect(await changed()).toEqual(["securityGroups"]);
  });
});
