import type { NetworkSnapshot } from "../../config/network-snapshot";
import type { EnvironmentInput } from "../../config/schema";
import { existingVpc, existingVpcStack } from "../../paths/model/existing-vpc";
import { prove, worst } from "../../paths/prove";
import { renderText } from "../../proof/paths/report";
import { environmentOf, synthesize } from "../synth";

const VPC = "vpc-0123456789abcdef0";
const zones = [1, 2];
const subnet = (kind: string, zone: number) => `subnet-${kind.repeat(16)}${zone}`;
const SERVICES = [
  "ecr.api",
  "ecr.dkr",
  "logs",
  "secretsmanager",
  "ssm",
  "kms",
  "sts",
  "monitoring",
  "elasticfilesystem",
];
const open = { number: 100, allow: true, protocol: "-1", cidrBlock: "0.0.0.0/0" };

/** A VPC with two private and two isolated subnets, whose main blocks differ: the private ones are in a secondary range. */
const vpc = (changes: Partial<NetworkSnapshot> = {}): NetworkSnapshot => ({
  accountId: "111122223333",
  vpc: { id: VPC, cidrBlocks: ["10.1.0.0/16", "100.64.0.0/16"], dnsSupport: true, dnsHostnames: true },
  subnets: zones.flatMap((zone) => [
    {
      id: subnet("a", zone),
      cidrBlock: `100.64.${zone}.0/24`,
      availabilityZoneId: `euc1-az${zone}`,
      routeTableId: "rtb-0a",
      networkAclId: "acl-0a",
      tags: { tier: "private" },
    },
    {
      id: subnet("b", zone),
      cidrBlock: `10.1.${zone}.0/24`,
      availabilityZoneId: `euc1-az${zone}`,
      routeTableId: "rtb-0b",
      networkAclId: "acl-0a",
      tags: { tier: "data" },
    },
  ]),
  routeTables: [
    { id: "rtb-0a", routes: [] },
    { id: "rtb-0b", routes: [] },
  ],
  networkAcls: [
    {
      id: "acl-0a",
      entries: [
        { ...open, egress: false },
        { ...open, egress: true },
      ],
    },
  ],
  natGateways: [],
  endpoints: SERVICES.map((service, index) => ({
    id: `vpce-0${index}`,
    serviceName: `com.amazonaws.eu-central-1.${service}`,
    type: "Interface",
    privateDns: true,
    subnetIds: zones.map((zone) => subnet("a", zone)),
    routeTableIds: [],
    securityGroupIds: ["sg-0e"],
  })),
  securityGroups: [
    {
      id: "sg-0e",
      name: "endpoints",
      rules: [{ egress: false, protocol: "tcp", fromPort: 443, toPort: 443, peer: "100.64.0.0/16" }],
    },
  ],
  ...changes,
});

const chosen = {
  ids: (kind: string) => ({ ids: zones.map((zone) => subnet(kind, zone)) }),
  tags: (tier: string) => ({ tags: { tier } }),
};

const DATABASE_GROUP = "sg-0123456789abcdef0";

/** A database, a file system and a bucket that exist. */
const data: EnvironmentInput["data"] = {
  database: {
    use: "existing",
    existing: {
      instanceIdentifier: "orders",
      securityGroupId: DATABASE_GROUP,
      secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders-AbCdEf",
    },
  },
  fileSystem: {
    use: "existing",
    existing: {
      id: "fs-0123456789abcdef0",
      accessPointId: "fsap-0123456789abcdef0",
      securityGroupId: "sg-0123456789abcdef1",
    },
  },
  staticAssets: { use: "existing", existing: { bucket: "assets" } },
};

/** Groups of the owners, who let themselves in and everything out. */
const groupsOfOwners = [DATABASE_GROUP, "sg-0123456789abcdef1"].map((id) => ({
  id,
  name: "of its owner",
  rules: [
    { egress: false, protocol: "-1", peer: "10.0.0.0/8" },
    { egress: true, protocol: "-1", peer: "0.0.0.0/0" },
  ],
}));

function environment(
  by: "ids" | "tags",
  more: Partial<EnvironmentInput> = {},
  { name = "test", provides = SERVICES }: { readonly name?: string; readonly provides?: string[] } = {},
) {
  const network: EnvironmentInput["network"] = {
    availabilityZoneIds: ["euc1-az1", "euc1-az2"],
    existing: {
      vpcId: VPC,
      privateSubnets: by === "ids" ? chosen.ids("a") : chosen.tags("private"),
      isolatedSubnets: by === "ids" ? chosen.ids("b") : chosen.tags("data"),
      routeTableIds: provides.includes("s3") ? [] : ["rtb-0a0a0a0a"],
      provides,
    },
  };
  return environmentOf(
    {
      network,
      compute: { launchType: "FARGATE" },
      ...more,
      privatelink: { albTargetMode: "alb-target", enforceInboundRulesOnPrivateLinkTraffic: "off" },
    },
    name,
  );
}

const stacksOf = {
  ids: synthesize({ environments: [environment("ids")], consumers: [] }).stacks,
  tags: synthesize({ environments: [environment("tags")], consumers: [] }).stacks,
};

/** Route table ids of AWS have at least eight digits in a configuration; the snapshot is written with the same one. */
const withTable = (snapshot: NetworkSnapshot) =>
  JSON.parse(JSON.stringify(snapshot).replaceAll("rtb-0a", "rtb-0a0a0a0a"));

function proofs(snapshot: NetworkSnapshot | undefined, by: "ids" | "tags" = "ids") {
  const stacks = snapshot
    ? { ...stacksOf[by], [existingVpcStack(VPC)]: existingVpc(withTable(snapshot)) }
    : stacksOf[by];
  return prove(stacks, environment(by), []).proofs;
}

const notProven = (...of: Parameters<typeof proofs>) =>
  proofs(...of).flatMap(({ expectation, outcome }) => (outcome === "proven" ? [] : [`${outcome} ${expectation.id}`]));

test.each(["ids", "tags"] as const)("everything is proven of a VPC whose subnets are given by %s", (by) => {
  expect(notProven(vpc(), by)).toEqual([]);
  expect(proofs(vpc(), by).length).toBeGreaterThan(25);
});

test("without a snapshot nothing is proven, and nothing is refuted", () => {
  expect(worst(proofs(undefined).map(({ outcome }) => outcome))).toBe("unknown");
});

test("without a snapshot the text says that the VPC is not known, and how it is read", () => {
  const text = renderText(prove(stacksOf.ids, environment("ids"), []), { everyPath: false });
  expect(text).toContain("the existing VPC is not known");
  expect(text).not.toContain("nothing is there");
  expect(text).toMatch(/network-snapshot --env \S+$/);
});

const changes: readonly (readonly [string, Partial<NetworkSnapshot>, string])[] = [
  [
    "a network ACL drops the answers",
    {
      networkAcls: [
        {
          id: "acl-0a",
          entries: [
            { ...open, egress: false, protocol: "6", fromPort: 0, toPort: 1023 },
            { ...open, egress: true },
          ],
        },
      ],
    },
    "refuted nlb-alb-requests",
  ],
  [
    "the endpoints' group lets the private subnets not in",
    {
      securityGroups: [
        {
          id: "sg-0e",
          name: "endpoints",
          rules: [{ egress: false, protocol: "tcp", fromPort: 443, toPort: 443, peer: "10.1.0.0/16" }],
        },
      ],
    },
    "refuted",
  ],
  ["private names do not resolve", { vpc: { ...vpc().vpc, dnsHostnames: false } }, "refuted"],
  ["an endpoint is not there", { endpoints: vpc().endpoints.slice(1) }, "refuted"],
  [
    "isolated subnets have a way out",
    {
      vpc: { ...vpc().vpc, internetGatewayId: "igw-01" },
      routeTables: [
        { id: "rtb-0a", routes: [] },
        { id: "rtb-0b", routes: [{ destination: "0.0.0.0/0", target: "tgw-0123" }] },
      ],
    },
    "unknown isolated-internet",
  ],
];

test.each(changes)("it is noticed when %s", (_, change, expected) => {
  expect(notProven(vpc(change)).some((outcome) => outcome.startsWith(expected))).toBe(true);
});

describe("data that exists", () => {
  const brought = environment("ids", { data });
  const { stacks } = synthesize({ environments: [brought], consumers: [] });
  const outcomes = (snapshot: NetworkSnapshot) =>
    prove({ ...stacks, [existingVpcStack(VPC)]: existingVpc(withTable(snapshot)) }, brought, []).proofs.map(
      ({ expectation, outcome }) => `${outcome} ${expectation.id}`,
    );
  const known = vpc({ securityGroups: [...vpc().securityGroups, ...groupsOfOwners] });

  test("its clients reach it by rules that the environment adds, and what its owner lets in is no concern of the proof", () => {
    const proven = outcomes(known);
    expect(proven.filter((one) => !one.startsWith("proven"))).toEqual([]);
    expect(proven).toEqual(
      expect.arrayContaining(["proven task-database", "proven task-file-system", "proven data-load-database"]),
    );
  });

  test("without its security group in the snapshot the paths to it are unknown", () => {
    const paths = outcomes(vpc());
    expect(paths).toContain("unknown task-database");
    expect(paths.filter((one) => one.startsWith("refuted"))).toEqual([]);
  });
});

test("everything is proven of two environments in one VPC, the second of which uses the first one's gateway endpoint", () => {
  const environments = [
    environment("ids", {}, { name: "first" }),
    environment("ids", {}, { name: "second", provides: [...SERVICES, "s3"] }),
  ];
  const { stacks } = synthesize({ environments, consumers: [] });
  const s3 = {
    id: "vpce-0f",
    serviceName: "com.amazonaws.eu-central-1.s3",
    type: "Gateway" as const,
    privateDns: false,
    subnetIds: [],
    routeTableIds: ["rtb-0a"],
    securityGroupIds: [],
    // As the first environment writes it. With AWS's default policy, a stranger's bucket would be in reach of the second.
    policy: [
      {
        effect: "Allow" as const,
        actions: ["s3:*"],
        resources: ["*"],
        conditions: [{ test: "StringEquals", variable: "aws:PrincipalAccount", values: ["111122223333"] }],
      },
      {
        effect: "Allow" as const,
        actions: ["s3:GetObject"],
        resources: ["arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"],
        conditions: [],
      },
    ],
  };
  const shared = { [existingVpcStack(VPC)]: existingVpc(withTable(vpc({ endpoints: [...vpc().endpoints, s3] }))) };
  for (const one of environments) {
    const { proofs } = prove({ ...stacks, ...shared }, one, []);
    expect(proofs.length).toBeGreaterThan(25);
    expect(proofs.flatMap(({ expectation, outcome }) => (outcome === "proven" ? [] : [expectation.id]))).toEqual([]);
  }
});
