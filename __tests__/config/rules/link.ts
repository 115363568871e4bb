import { consumerWithVpc } from "../support";
import { aLink, type RuleCases } from "./cases";

const elsewhere = { region: "eu-west-1", "environment.privatelink.supportedRegions": ["eu-west-1"] };
const ownVpc = { vpc: consumerWithVpc.vpc, clients: consumerWithVpc.clients, "vpc.subnetIds": undefined };

export const cases: readonly RuleCases[] = [
  aLink(
    "linkedServiceIsInItsRegion",
    /eu-central-1, the Region of test/,
    [["the consumer says another", { "service.region": "eu-west-1" }, "service.region"]],
    [
      ["the consumer says the same", { "service.region": "eu-central-1" }],
      ["the consumer is elsewhere", elsewhere],
    ],
  ),
  aLink(
    "linkedServiceSupportsTheRegion",
    /Regions that test supports: eu-central-1/,
    [["the consumer's is not supported", { region: "eu-west-1" }, "region"]],
    [["the consumer's is supported", elsewhere]],
  ),
  aLink(
    "linkedServiceHasTheZones",
    /zones of the service: euc1-az1|the zones of test|the zones of the service/,
    [
      [
        "a zone is not the environment's",
        {
          ...ownVpc,
          "vpc.availabilityZoneIds": ["euc1-az1", "euc1-az3"],
          "environment.network.availabilityZoneCount": 2,
          "environment.network.availabilityZoneIds": ["euc1-az1", "euc1-az2"],
        },
        "vpc.availabilityZoneIds[1]",
      ],
      [
        "there are more than the environment's",
        { "vpc.availabilityZoneCount": 3, "environment.network.availabilityZoneCount": 2 },
        "vpc.availabilityZoneCount",
      ],
      [
        "more are named than the environment has",
        {
          ...ownVpc,
          "vpc.availabilityZoneIds": ["euc1-az1", "euc1-az2", "euc1-az3"],
          "environment.network.availabilityZoneCount": 2,
        },
        "vpc.availabilityZoneIds",
      ],
    ],
    [
      ["they are the environment's", { ...ownVpc, "vpc.availabilityZoneIds": ["euc1-az1", "euc1-az3"] }],
      [
        "the consumer is elsewhere",
        { ...elsewhere, "vpc.availabilityZoneCount": 3, "environment.network.availabilityZoneCount": 2 },
      ],
    ],
  ),
  aLink(
    "linkedServiceListensOnThePorts",
    /ports of test: 80/,
    [["one has no listener", { "service.ports": [80, 443] }, "service.ports[1]"]],
    [["all have listeners", { "service.ports": [80] }]],
  ),
  aLink(
    "linkedServiceHasAPrivateDnsName",
    /none or private-hosted-zone/,
    [["it has none", { "dns.mode": "private-dns" }, "dns.mode"]],
    [
      [
        "it has one",
        {
          "dns.mode": "private-dns",
          "environment.privatelink.privateDns": { name: "app.example.com", publicZoneId: "Z0123456789" },
        },
      ],
    ],
  ),
  aLink(
    "linkedServiceAllowsTheAccount",
    /privatelink.allowedPrincipals of test/,
    [
      [
        "the account is not named",
        { "environment.privatelink.allowedPrincipals": ["arn:aws:iam::777788889999:root"] },
        "accountId",
      ],
    ],
    [
      [
        "a role of the account is named",
        { "environment.privatelink.allowedPrincipals": ["arn:aws:iam::444455556666:role/app"] },
      ],
      [
        "an organization is named",
        {
          "environment.privatelink.allowedPrincipals": [
            "arn:aws:organizations::777788889999:organization/o-abcdefghij",
          ],
        },
      ],
      ["everybody is named", { "environment.privatelink.allowedPrincipals": ["*"] }],
      ["it is the service's own", { accountId: "111122223333", "environment.privatelink.allowedPrincipals": [] }],
    ],
  ),
];
