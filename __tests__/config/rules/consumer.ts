import { aConsumer, aLink, anExistingVpc, type RuleCases, serviceIn, together } from "./cases";

export const cases: readonly RuleCases[] = [
  together(
    aConsumer(
      "serviceIsNamedOnce",
      /exactly one of name and environment/,
      [["it is not named", { service: {} }, "service"]],
      [["it has a name", {}]],
    ),
    aLink(
      "serviceIsNamedOnce",
      /exactly one of name/,
      [["it is named twice", { "service.name": serviceIn("eu-central-1") }, "service"]],
      [["it has an environment", {}]],
    ),
  ),
  aConsumer(
    "serviceNameIsOfItsRegion",
    /a service in eu-central-1|a service in eu-west-1/,
    [
      ["it is of another than the consumer's", { "service.name": serviceIn("eu-west-1") }, "service.name"],
      ["it is of another than service.region", { "service.region": "eu-west-1" }, "service.name"],
    ],
    [["both are another Region", { "service.name": serviceIn("eu-west-1"), "service.region": "eu-west-1" }]],
  ),
  aConsumer(
    "serviceIsInThePartition",
    /Regions of partition aws$/,
    [
      [
        "it is in another",
        { service: { name: serviceIn("us-gov-west-1"), region: "us-gov-west-1" } },
        "service.region",
      ],
    ],
    [["it is in this one", { service: { name: serviceIn("us-east-1"), region: "us-east-1" } }]],
  ),
  aConsumer(
    "vpcIsChosenOnce",
    /exactly one of id, tags and cidr/,
    [
      ["it is not chosen", { vpc: {} }, "vpc"],
      ["it is made and there", { "vpc.id": "vpc-0123456789abcdef0" }, "vpc"],
    ],
    [["it is made", {}]],
  ),
  anExistingVpc(
    "tagsSingleSomethingOut",
    /at least one tag/,
    [
      ["the VPC has none", { "vpc.id": undefined, "vpc.tags": {} }, "vpc.tags"],
      [
        "the subnets have none",
        { "vpc.subnetIds": undefined, "vpc.availabilityZoneIds": ["euc1-az1"], "vpc.subnetTags": {} },
        "vpc.subnetTags",
      ],
    ],
    [["there is one", { "vpc.id": undefined, "vpc.tags": { Name: "main" } }]],
  ),
  anExistingVpc(
    "subnetsOfAnExistingVpcAreChosen",
    /exactly one of subnetIds and availabilityZoneIds/,
    [
      ["none are", { "vpc.subnetIds": undefined }, "vpc"],
      ["the list is empty", { "vpc.subnetIds": [] }, "vpc"],
      ["they are chosen twice", { "vpc.availabilityZoneIds": ["euc1-az1"] }, "vpc"],
    ],
    [["zones are chosen", { "vpc.subnetIds": undefined, "vpc.availabilityZoneIds": ["euc1-az1", "euc1-az2"] }]],
  ),
  together(
    anExistingVpc(
      "consumerZonesBelongToTheirRegion",
      /begin with euc1-az/,
      [
        [
          "the consumer's is of another",
          { "vpc.subnetIds": undefined, "vpc.availabilityZoneIds": ["euw1-az1"] },
          "vpc.availabilityZoneIds[0]",
        ],
      ],
      [],
    ),
    aConsumer(
      "consumerZonesBelongToTheirRegion",
      /begin with euc1-az/,
      [
        [
          "the service's is of another",
          { "service.availabilityZoneIds": ["euc1-az1", "euw1-az2"] },
          "service.availabilityZoneIds[1]",
        ],
      ],
      [["they are of the service's Region", { "service.availabilityZoneIds": ["euc1-az1", "euc1-az2"] }]],
    ),
  ),
  together(
    anExistingVpc(
      "consumerZonesAreTheServices",
      /zones of the service: euc1-az1, euc1-az2/,
      [
        [
          "one is not",
          {
            "vpc.subnetIds": undefined,
            "vpc.availabilityZoneIds": ["euc1-az1", "euc1-az3"],
            "service.availabilityZoneIds": ["euc1-az1", "euc1-az2"],
          },
          "vpc.availabilityZoneIds[1]",
        ],
      ],
      [
        [
          "they are",
          {
            "vpc.subnetIds": undefined,
            "vpc.availabilityZoneIds": ["euc1-az2"],
            "service.availabilityZoneIds": ["euc1-az1", "euc1-az2"],
          },
        ],
      ],
    ),
    aConsumer(
      "consumerZonesAreTheServices",
      /at most 1, the zones of the service/,
      [
        [
          "more are wanted than there are",
          { "service.availabilityZoneIds": ["euc1-az1"] },
          "vpc.availabilityZoneCount",
        ],
      ],
      [],
    ),
  ),
  anExistingVpc(
    "consumerZonesTakePartInCrossRegionAccess",
    /for a service of another Region: zones other than use1-az3/,
    [
      [
        "one takes no part",
        {
          region: "us-east-1",
          "service.region": "eu-central-1",
          "vpc.subnetIds": undefined,
          "vpc.availabilityZoneIds": ["use1-az1", "use1-az3"],
        },
        "vpc.availabilityZoneIds[1]",
      ],
    ],
    [
      [
        "all take part",
        {
          region: "us-east-1",
          "service.region": "eu-central-1",
          "vpc.subnetIds": undefined,
          "vpc.availabilityZoneIds": ["use1-az1", "use1-az2"],
        },
      ],
      [
        "the service is in the same Region",
        {
          region: "us-east-1",
          "service.name": serviceIn("us-east-1"),
          "vpc.subnetIds": undefined,
          "vpc.availabilityZoneIds": ["use1-az3"],
        },
      ],
    ],
  ),
  aConsumer(
    "hostedZoneIsNotOfAws",
    /names that are not AWS's own \(amazonaws.com/,
    ["amazonaws.com", "s3.eu-central-1.amazonaws.com", "api.aws", "eu-central-1.compute.internal"].map(
      (name) => [`it is ${name}`, { dns: { mode: "private-hosted-zone", name } }, "dns.name"] as const,
    ),
    [
      ["it is the consumer's own", { dns: { mode: "private-hosted-zone", name: "app.example.internal" } }],
      ["it only ends like one", { dns: { mode: "private-hosted-zone", name: "notamazonaws.com" } }],
    ],
  ),
  aConsumer(
    "createdVpcBlockIsUsable",
    /a private block|from \/16 to \/26/,
    [
      ["it is too small for three zones", { "vpc.cidr": "10.90.0.0/27" }, "vpc.cidr"],
      ["it is larger than AWS takes", { "vpc.cidr": "10.0.0.0/8" }, "vpc.cidr"],
      ["it is link-local", { "vpc.cidr": "169.254.0.0/24" }, "vpc.cidr"],
    ],
    [["it is just large enough", { "vpc.cidr": "10.90.0.0/26" }]],
  ),
  anExistingVpc(
    "clientsAreNamed",
    /at least one of cidrs, prefixListIds and securityGroupIds/,
    [["no one is", { clients: {} }, "clients"]],
    [
      ["a security group is", { clients: { securityGroupIds: ["sg-0123456789abcdef0"] } }],
      ["a prefix list is", { clients: { prefixListIds: ["pl-0123456789abcdef0"] } }],
    ],
  ),
  anExistingVpc(
    "clientRangesExcludeSomebody",
    /ranges that do not include every address/,
    [
      ["one holds every address", { "clients.cidrs": ["0.0.0.0/0"] }, "clients.cidrs[0]"],
      [
        "one holds every IPv6 address",
        { "clients.cidrs": ["::/0"], "endpoint.ipAddressType": "ipv6" },
        "clients.cidrs[0]",
      ],
    ],
    [["it is wide", { "clients.cidrs": ["10.0.0.0/8"] }]],
  ),
  anExistingVpc(
    "clientRangesAreOfTheEndpointsFamily",
    /IPv[46] ranges, since endpoint.ipAddressType is ipv[46]/,
    [
      ["an IPv6 range comes to IPv4 addresses", { "clients.cidrs": ["2001:db8::/56"] }, "clients.cidrs[0]"],
      [
        "an IPv4 range comes to IPv6 addresses",
        { "clients.cidrs": ["2001:db8::/56", "10.90.0.0/24"], "endpoint.ipAddressType": "ipv6" },
        "clients.cidrs[1]",
      ],
    ],
    [
      [
        "the endpoint has both",
        { "clients.cidrs": ["2001:db8::/56", "10.90.0.0/24"], "endpoint.ipAddressType": "dualstack" },
      ],
    ],
  ),
  aConsumer(
    "createdVpcHasIpv4Alone",
    /ipv4 with vpc.cidr/,
    [["the endpoint has both families", { "endpoint.ipAddressType": "dualstack" }, "endpoint.ipAddressType"]],
    [["the endpoint has IPv4 addresses", { "endpoint.ipAddressType": "ipv4" }]],
  ),
  aConsumer(
    "hostedZoneHasAName",
    /a domain name/,
    [["it has none", { "dns.mode": "private-hosted-zone" }, "dns.name"]],
    [["it has one", { dns: { mode: "private-hosted-zone", name: "app.example.internal" } }]],
  ),
  anExistingVpc(
    "furtherVpcsAreOthers",
    /VPCs other than vpc.id/,
    [
      [
        "the endpoint's own VPC is among them",
        {
          dns: {
            mode: "private-hosted-zone",
            name: "app.example.internal",
            additionalVpcIds: ["vpc-0123456789abcdef0"],
          },
        },
        "dns.additionalVpcIds[0]",
      ],
    ],
    [
      [
        "they are others",
        {
          dns: {
            mode: "private-hosted-zone",
            name: "app.example.internal",
            additionalVpcIds: ["vpc-0123456789abcdef1"],
          },
        },
      ],
    ],
  ),
];
