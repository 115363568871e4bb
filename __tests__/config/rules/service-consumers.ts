import { anEnvironment, type RuleCases } from "./cases";

const consumers = "privatelink.consumers";
const root = (account: string) => `arn:aws:iam::${account}:root`;
const acme = { principals: [root("555566667777")] };
const other = { principals: [root("666677778888")] };
const zoneIds = { "network.availabilityZoneCount": 2, "network.availabilityZoneIds": ["euc1-az1", "euc1-az2"] };
const dns = {
  "privatelink.privateDns": { name: "app.example.com", publicZoneId: "Z0123456789ABC" },
};

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "consumersHaveTheirOwnPrincipals",
    /each principal in one consumer/,
    [["two have one", { [consumers]: { acme, other: acme } }, `${consumers}.other.principals[0]`]],
    [
      ["they have different ones", { [consumers]: { acme, other } }],
      ["one says so", { [consumers]: { acme, other: { ...acme, sharesPrincipalsWith: ["acme"] } } }],
    ],
  ),
  anEnvironment(
    "sharedPrincipalsAreOfConsumers",
    /names of other consumers/,
    [
      [
        "there is no such consumer",
        { [consumers]: { acme: { ...acme, sharesPrincipalsWith: ["nobody"] } } },
        `${consumers}.acme.sharesPrincipalsWith[0]`,
      ],
    ],
    [["it is another", { [consumers]: { acme: { ...acme, sharesPrincipalsWith: ["other"] }, other } }]],
  ),
  anEnvironment(
    "watchedConsumersHaveTheirOwnAccounts",
    /only consumers whose accounts no other consumer has/,
    [
      [
        "another has a role of the account",
        {
          [consumers]: {
            acme: { ...acme, accept: { automatically: true } },
            other: { principals: ["arn:aws:iam::555566667777:role/app"] },
          },
        },
        `${consumers}.acme.accept.automatically`,
      ],
      [
        "a last day would be of both",
        {
          [consumers]: {
            acme: { ...acme, until: "2027-03-31" },
            other: { principals: ["arn:aws:iam::555566667777:role/app"] },
          },
        },
        `${consumers}.acme.until`,
      ],
      [
        "an alarm would be of both",
        {
          [consumers]: {
            acme: { ...acme, expectConnected: true },
            other: { principals: ["arn:aws:iam::555566667777:role/app"] },
          },
        },
        `${consumers}.acme.expectConnected`,
      ],
    ],
    [
      ["the accounts differ", { [consumers]: { acme: { ...acme, accept: { automatically: true } }, other } }],
      [
        "both are accepted by hand",
        { [consumers]: { acme, other: { principals: ["arn:aws:iam::555566667777:role/app"] } } },
      ],
    ],
  ),
  anEnvironment(
    "consumersAreInZonesOfTheService",
    /zones/,
    [
      [
        "the service is not in the zone",
        { ...zoneIds, [consumers]: { acme: { ...acme, availabilityZoneIds: ["euc1-az1", "euc1-az3"] } } },
        `${consumers}.acme.availabilityZoneIds[1]`,
      ],
      [
        "the zone is in a Region that is not supported",
        { [consumers]: { acme: { ...acme, availabilityZoneIds: ["euw1-az1"] } } },
        `${consumers}.acme.availabilityZoneIds[0]`,
      ],
      [
        "the zone takes no part in cross-Region access",
        {
          "privatelink.supportedRegions": ["us-east-1"],
          [consumers]: { acme: { ...acme, availabilityZoneIds: ["use1-az3"] } },
        },
        `${consumers}.acme.availabilityZoneIds[0]`,
      ],
    ],
    [
      ["the service is there", { ...zoneIds, [consumers]: { acme: { ...acme, availabilityZoneIds: ["euc1-az2"] } } }],
      ["only a plan knows the zones", { [consumers]: { acme: { ...acme, availabilityZoneIds: ["euc1-az3"] } } }],
      [
        "the zone is in a supported Region",
        {
          "privatelink.supportedRegions": ["us-east-1"],
          [consumers]: { acme: { ...acme, availabilityZoneIds: ["use1-az1"] } },
        },
      ],
    ],
  ),
  anEnvironment(
    "consumerNamesAreTheirOwn",
    /label/,
    [
      [
        "two have the label",
        { ...dns, [consumers]: { acme: { ...acme, dnsLabel: "one" }, other: { ...other, dnsLabel: "one" } } },
        `${consumers}.other.dnsLabel`,
      ],
    ],
    [
      [
        "each has its own",
        { ...dns, [consumers]: { acme: { ...acme, dnsLabel: "one" }, other: { ...other, dnsLabel: "two" } } },
      ],
    ],
  ),
  anEnvironment(
    "consumerEntriesHaveAnEffect",
    /^only with/,
    [
      [
        "ranges are not checked",
        { [consumers]: { acme: { ...acme, cidrs: ["10.40.0.0/16"] } } },
        `${consumers}.acme.cidrs`,
      ],
      [
        "everybody is accepted",
        { "privatelink.acceptanceRequired": false, [consumers]: { acme: { ...acme, accept: {} } } },
        `${consumers}.acme.accept`,
      ],
      [
        "every endpoint is accepted",
        {
          "privatelink.acceptanceRequired": false,
          [consumers]: { acme: { ...acme, acceptedEndpointIds: ["vpce-0123456789abcdef0"] } },
        },
        `${consumers}.acme.acceptedEndpointIds`,
      ],
      [
        "a person counts",
        { [consumers]: { acme: { ...acme, accept: { atMostEndpoints: 2 } } } },
        `${consumers}.acme.accept.atMostEndpoints`,
      ],
      [
        "there is no last day",
        { [consumers]: { acme: { ...acme, accept: { rejectAfterExpiry: true } } } },
        `${consumers}.acme.accept.rejectAfterExpiry`,
      ],
      ["there is no name", { [consumers]: { acme: { ...acme, dnsLabel: "acme" } } }, `${consumers}.acme.dnsLabel`],
    ],
    [
      [
        "all of them have one",
        {
          ...dns,
          "privatelink.enforceInboundRulesOnPrivateLinkTraffic": "on",
          [consumers]: {
            acme: {
              ...acme,
              cidrs: ["10.40.0.0/16"],
              accept: { automatically: true, atMostEndpoints: 2, rejectAfterExpiry: true },
              until: "2027-03-31",
              dnsLabel: "acme",
            },
          },
        },
      ],
    ],
  ),
  anEnvironment(
    "connectionsFunctionKnowsItsConsumers",
    /at most 3400 bytes/,
    [
      [
        "there are too many",
        {
          [consumers]: Object.fromEntries(
            Array.from({ length: 40 }, (_, index) => [
              `consumer-${index}`,
              { principals: [root(String(100000000000 + index))], expectConnected: true },
            ]),
          ),
        },
        consumers,
      ],
    ],
    [
      [
        "no function needs them",
        {
          [consumers]: Object.fromEntries(
            Array.from({ length: 40 }, (_, index) => [
              `consumer-${index}`,
              { principals: [root(String(100000000000 + index))] },
            ]),
          ),
        },
      ],
    ],
  ),
];
