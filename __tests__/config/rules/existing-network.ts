import { changed } from "../changed";
import { environment } from "../support";
import { anEnvironment, type RuleCases } from "./cases";

const subnets = (digit: string, count = 2) =>
  Array.from({ length: count }, (_, index) => `subnet-${digit.repeat(16)}${index + 1}`);

/** A VPC that exists, and what differs of it. */
const existing = (changes: object = {}) => ({
  "network.cidr": undefined,
  "network.existing": {
    vpcId: "vpc-0123456789abcdef0",
    privateSubnets: { ids: subnets("a") },
    provides: ["nat", "s3"],
    ...changes,
  },
});
const zones = { "network.availabilityZoneIds": ["euc1-az1", "euc1-az2"] };
const tables = ["rtb-0123456789abcdef0"];
const neighbour = (changes: object) => ({
  environments: {
    first: changed(environment, existing({ provides: [], routeTableIds: tables })),
    test: changed(environment, existing(changes)),
  },
});

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "networkHasOneOrigin",
    /exactly one of cidr and existing/,
    [
      ["neither is there", { "network.cidr": undefined }, "network"],
      ["both are there", { ...existing(), "network.cidr": "10.20.0.0/16" }, "network"],
    ],
    [["the VPC exists", existing()]],
  ),
  anEnvironment(
    "existingSubnetsAreChosenOnce",
    /exactly one of ids and tags|at least one tag|tags only with network.availabilityZoneIds/,
    [
      ["neither is there", existing({ privateSubnets: {} }), "network.existing.privateSubnets"],
      [
        "both are there",
        existing({ isolatedSubnets: { ids: subnets("b"), tags: { tier: "data" } } }),
        "network.existing.isolatedSubnets",
      ],
      [
        "the tags are empty",
        { ...existing({ privateSubnets: { tags: {} } }), ...zones },
        "network.existing.privateSubnets.tags",
      ],
      [
        "the zones of the tags are not named",
        existing({ privateSubnets: { tags: { tier: "private" } } }),
        "network.existing.privateSubnets.tags",
      ],
    ],
    [["the zones are named", { ...existing({ privateSubnets: { tags: { tier: "private" } } }), ...zones }]],
  ),
  anEnvironment(
    "existingSubnetsCoverTheZones",
    /2 subnets, one in each zone/,
    [
      [
        "isolated subnets are more than private ones",
        existing({ isolatedSubnets: { ids: subnets("b", 3) } }),
        "network.existing.isolatedSubnets.ids",
      ],
    ],
    [["there is one in each zone", { ...existing({ isolatedSubnets: { ids: subnets("b") } }), ...zones }]],
  ),
  anEnvironment(
    "providedServicesAreKnown",
    /what the environment could use/,
    [
      ["the name is misspelt", existing({ provides: ["nat", "s3", "ecr-api"] }), "network.existing.provides[2]"],
      [
        "it is the whole name",
        existing({ provides: ["nat", "s3", "com.amazonaws.x.logs"] }),
        "network.existing.provides[2]",
      ],
    ],
    [
      ["the name is the service's", existing({ provides: ["nat", "s3", "ecr.api"] })],
      [
        "the application names it",
        {
          ...existing({ provides: ["nat", "s3", "bedrock-runtime"] }),
          "network.additionalInterfaceEndpoints": ["bedrock-runtime"],
        },
      ],
    ],
  ),
  anEnvironment(
    "gatewayEndpointsHaveRouteTables",
    /route tables of the private subnets|only where a gateway endpoint is created/,
    [
      ["S3 is not provided", existing({ provides: ["nat"] }), "network.existing.routeTableIds"],
      ["no endpoint is created", existing({ routeTableIds: tables }), "network.existing.routeTableIds"],
    ],
    [
      ["they are named", existing({ provides: ["nat"], routeTableIds: tables })],
      ["S3 is provided", existing()],
    ],
  ),
  {
    rule: "environmentsShareEndpoints",
    fails: [
      {
        when: "another environment creates the same ones there",
        files: neighbour({ provides: ["s3"] }),
        path: "network.existing.provides",
        says: /what first creates there/,
      },
    ],
    passes: [
      { when: "the second needs none", files: neighbour({ provides: ["nat", "s3"] }) },
      { when: "the VPCs differ", files: neighbour({ vpcId: "vpc-0123456789abcdef1", provides: ["s3"] }) },
    ],
  },
];
