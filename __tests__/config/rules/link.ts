import { consumerWithVpc } from "../support";
import { aLink, type RuleCases } from "./cases";

const elsewhere = { region: "eu-west-1", "environment.privatelink.supportedRegions": ["eu-west-1"] };
const enforced = {
  "environment.privatelink.enforceInboundRulesOnPrivateLinkTraffic": "on",
  "environment.privatelink.consumerCidrs": ["10.90.0.0/16"],
};
const hcp = { type: "hcp", hcp: { organization: "acme" } };
/** HCP Terraform shares state between accounts. */
const acrossAccounts = { accountId: "444455556666", backend: hcp, "environment.backend": hcp };
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
    "linkedConsumersAreInConsumerCidrs",
    /privatelink.consumerCidrs of test/,
    [
      ["the created VPC's block is not among them", { ...enforced, "vpc.cidr": "10.91.0.0/24" }, "vpc.cidr"],
      [
        "clients of an existing VPC are not among them",
        { ...enforced, ...ownVpc, "clients.cidrs": ["10.90.0.0/24", "10.92.0.0/24"] },
        "clients.cidrs[1]",
      ],
      ["they hold half of it", { ...enforced, "vpc.cidr": "10.90.0.0/15" }, "vpc.cidr"],
      [
        "an IPv6 range is not among them",
        {
          ...enforced,
          ...ownVpc,
          "environment.network.ipAddressType": "dualstack",
          "endpoint.ipAddressType": "dualstack",
          "clients.cidrs": ["2001:db8::/56"],
        },
        "clients.cidrs[0]",
      ],
    ],
    [
      ["it is among them", { ...enforced, "vpc.cidr": "10.90.4.0/24" }],
      [
        "two of them hold it together",
        {
          ...enforced,
          "environment.privatelink.consumerCidrs": ["10.90.0.128/25", "10.90.0.0/25"],
          "vpc.cidr": "10.90.0.0/24",
        },
      ],
      [
        "the security group does not look at them",
        { "environment.privatelink.enforceInboundRulesOnPrivateLinkTraffic": "off", "vpc.cidr": "10.91.0.0/24" },
      ],
    ],
  ),
  aLink(
    "linkedServiceHasTheAddressFamily",
    /ipv4, since network.ipAddressType of test is ipv4/,
    [
      [
        "it has IPv4 alone",
        { vpc: consumerWithVpc.vpc, clients: consumerWithVpc.clients, "endpoint.ipAddressType": "dualstack" },
        "endpoint.ipAddressType",
      ],
    ],
    [
      [
        "it has both",
        {
          vpc: consumerWithVpc.vpc,
          clients: consumerWithVpc.clients,
          "endpoint.ipAddressType": "dualstack",
          "environment.network.ipAddressType": "dualstack",
        },
      ],
    ],
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
        { ...acrossAccounts, "environment.privatelink.allowedPrincipals": ["arn:aws:iam::777788889999:root"] },
        "accountId",
      ],
    ],
    [
      [
        "a role of the account is named",
        { ...acrossAccounts, "environment.privatelink.allowedPrincipals": ["arn:aws:iam::444455556666:role/app"] },
      ],
      ["everybody is named", { ...acrossAccounts, "environment.privatelink.allowedPrincipals": ["*"] }],
      ["it is the service's own", { accountId: "111122223333", "environment.privatelink.allowedPrincipals": [] }],
    ],
  ),
  aLink(
    "linkedServiceIsInTheSameAccount",
    /environments of account 444455556666/,
    [
      ["the bucket of its state is another account's", { accountId: "444455556666" }, "service.environment"],
      [
        "the consumer's own state is local",
        { accountId: "444455556666", backend: { type: "local" } },
        "service.environment",
      ],
    ],
    [
      ["the account is the same", {}],
      ["HCP Terraform keeps both states", acrossAccounts],
      ["the consumer's account is not written down", { accountId: undefined, backend: { type: "local" } }],
    ],
  ),
  aLink(
    "linkedServiceIsReachedFromItsZones",
    /for a service of another Region: zones other than use1-az3/,
    [
      [
        "a zone takes no part",
        {
          ...ownVpc,
          region: "us-east-1",
          "environment.privatelink.supportedRegions": ["us-east-1"],
          "vpc.availabilityZoneIds": ["use1-az1", "use1-az3"],
        },
        "vpc.availabilityZoneIds[1]",
      ],
    ],
    [
      [
        "all zones take part",
        {
          ...ownVpc,
          region: "us-east-1",
          "environment.privatelink.supportedRegions": ["us-east-1"],
          "vpc.availabilityZoneIds": ["use1-az1", "use1-az2"],
        },
      ],
    ],
  ),
];
