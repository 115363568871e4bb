import { albTarget, anEnvironment, certificate, type RuleCases, reason } from "./cases";

const enforcement = "privatelink.enforceInboundRulesOnPrivateLinkTraffic";
const healthCheck = "privatelink.targetGroup.healthCheckProtocol";

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "enforcementKnowsItsClients",
    /address ranges of clients/,
    [["it is on without ranges", { [enforcement]: "on" }, "privatelink.consumerCidrs"]],
    [["it is on with ranges", { [enforcement]: "on", "privatelink.consumerCidrs": ["10.0.0.0/8"] }]],
  ),
  anEnvironment(
    "consumerRangesExcludeSomebody",
    /ranges that do not include every address/,
    [
      [
        "one holds every address",
        { [enforcement]: "on", "privatelink.consumerCidrs": ["10.0.0.0/8", "0.0.0.0/0"] },
        "privatelink.consumerCidrs[1]",
      ],
    ],
    [
      [
        "ranges overlap each other",
        { [enforcement]: "on", "privatelink.consumerCidrs": ["10.0.0.0/8", "10.1.0.0/16"] },
      ],
    ],
  ),
  anEnvironment(
    "consumerRangesAreOfTheServicesFamily",
    /IPv4 ranges, since network.ipAddressType is ipv4/,
    [
      [
        "an IPv6 range meets an IPv4 service",
        { [enforcement]: "on", "privatelink.consumerCidrs": ["10.0.0.0/8", "2001:db8::/32"] },
        "privatelink.consumerCidrs[1]",
      ],
    ],
    [
      [
        "the service has both families",
        {
          [enforcement]: "on",
          "privatelink.consumerCidrs": ["10.0.0.0/8", "2001:db8::/32"],
          "network.ipAddressType": "dualstack",
        },
      ],
    ],
  ),
  anEnvironment(
    "listenersLeadToTheAlb",
    /a port of compute.loadBalancer.listeners: 80/,
    [
      ["a port has no ALB listener", { "privatelink.listeners": [{ port: 443 }] }, "privatelink.listeners[0].port"],
      [
        "albListenerPort has no ALB listener",
        { "privatelink.listeners": [{ port: 80, albListenerPort: 81 }] },
        "privatelink.listeners[0].albListenerPort",
      ],
      [
        "an alb target would have a wrong port",
        { ...albTarget, "privatelink.listeners": [{ port: 8443 }] },
        "privatelink.listeners[0].port",
      ],
    ],
    [["albListenerPort has one", { "privatelink.listeners": [{ port: 443, albListenerPort: 80 }] }]],
  ),
  anEnvironment(
    "albTargetPassesTlsThrough",
    /no certificate on the NLB/,
    [
      [
        "the NLB would end TLS",
        {
          ...albTarget,
          "privatelink.listeners": [
            { port: 80 },
            { port: 443, albListenerPort: 80, certificateArn: certificate("eu-central-1") },
          ],
        },
        "privatelink.listeners[1].certificateArn",
      ],
    ],
    [
      [
        "the ALB ends TLS",
        {
          ...albTarget,
          "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }],
        },
      ],
      [
        "the Lambda keeps the targets",
        { "privatelink.listeners": [{ port: 80, certificateArn: certificate("eu-central-1") }] },
      ],
    ],
  ),
  anEnvironment(
    "albTargetIsCheckedByHttp",
    /HTTP or HTTPS/,
    [["it is checked by TCP", { ...albTarget, [healthCheck]: "TCP" }, healthCheck]],
    [
      ["it is checked by HTTP", { ...albTarget, [healthCheck]: "HTTP" }],
      ["addresses are checked by TCP", { [healthCheck]: "TCP" }],
    ],
  ),
  anEnvironment(
    "healthCheckSpeaksTheListenersProtocol",
    /the protocol of every ALB listener/,
    [
      ["HTTPS checks an HTTP listener", { [healthCheck]: "HTTPS" }, healthCheck],
      [
        "HTTP checks an HTTPS listener",
        {
          [healthCheck]: "HTTP",
          "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }],
        },
        healthCheck,
      ],
    ],
    [
      [
        "HTTPS checks an HTTPS listener",
        {
          [healthCheck]: "HTTPS",
          "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }],
        },
      ],
    ],
  ),
  anEnvironment(
    "albReceivesNoProxyProtocol",
    /does not understand the header/,
    [["it is on", { "privatelink.targetGroup.proxyProtocolV2": true }, "privatelink.targetGroup.proxyProtocolV2"]],
    [["it is off", { "privatelink.targetGroup.proxyProtocolV2": false }]],
  ),
  anEnvironment(
    "privateDnsNameCanBeVerified",
    /exactly one of them/,
    [
      [
        "no one creates the record",
        { "privatelink.privateDns": { name: "app.example.com" } },
        "privatelink.privateDns",
      ],
      [
        "two would create it",
        {
          "privatelink.privateDns": {
            name: "app.example.com",
            publicZoneId: "Z0123456789",
            acknowledgeExternalTxtRecord: reason,
          },
        },
        "privatelink.privateDns",
      ],
    ],
    [
      ["there is a zone", { "privatelink.privateDns": { name: "app.example.com", publicZoneId: "Z0123456789" } }],
      [
        "somebody else creates it",
        { "privatelink.privateDns": { name: "app.example.com", acknowledgeExternalTxtRecord: reason } },
      ],
    ],
  ),
  anEnvironment(
    "everybodyIsNotLetIn",
    /named principals, or \*/,
    [
      [
        "every account is accepted at once",
        { "privatelink.allowedPrincipals": ["*"], "privatelink.acceptanceRequired": false },
        "privatelink.allowedPrincipals[0]",
      ],
    ],
    [
      ["every account waits for acceptance", { "privatelink.allowedPrincipals": ["*"] }],
      ["named accounts are accepted at once", { "privatelink.acceptanceRequired": false }],
      [
        "there is a reason",
        {
          "privatelink.allowedPrincipals": ["*"],
          "privatelink.acceptanceRequired": false,
          "acknowledge.anyPrincipal": reason,
        },
      ],
    ],
  ),
  anEnvironment(
    "principalsAreOfThePartition",
    /the partition of eu-central-1/,
    [
      [
        "one is of another",
        { "privatelink.allowedPrincipals": ["arn:aws-cn:iam::444455556666:root"] },
        "privatelink.allowedPrincipals[0]",
      ],
    ],
    [
      [
        "they are accounts and roles of this one",
        {
          "privatelink.allowedPrincipals": ["arn:aws:iam::444455556666:root", "arn:aws:iam::444455556666:role/app"],
        },
      ],
    ],
  ),
  anEnvironment(
    "supportedRegionsAreOthers",
    /Regions other than eu-central-1|Regions of partition aws/,
    [
      [
        "the own Region is among them",
        { "privatelink.supportedRegions": ["eu-west-1", "eu-central-1"] },
        "privatelink.supportedRegions[1]",
      ],
      [
        "one is of another partition",
        { "privatelink.supportedRegions": ["us-gov-west-1"] },
        "privatelink.supportedRegions[0]",
      ],
    ],
    [["they are others", { "privatelink.supportedRegions": ["eu-west-1", "us-east-1"] }]],
  ),
  anEnvironment(
    "supportedRegionsKeepTheIdleTimeout",
    /350, AWS's default/,
    [
      [
        "it is another",
        { "privatelink.supportedRegions": ["eu-west-1"], "privatelink.tcpIdleTimeoutSeconds": 600 },
        "privatelink.tcpIdleTimeoutSeconds",
      ],
    ],
    [
      [
        "it is AWS's default",
        { "privatelink.supportedRegions": ["eu-west-1"], "privatelink.tcpIdleTimeoutSeconds": 350 },
      ],
      ["there is one Region alone", { "privatelink.tcpIdleTimeoutSeconds": 300 }],
    ],
  ),
  anEnvironment(
    "supportedRegionsReachEveryZone",
    /zones other than use1-az3/,
    [
      [
        "a zone takes no part",
        {
          region: "ap-northeast-2",
          "application.image": { build: {} },
          "network.availabilityZoneIds": ["apne2-az1", "apne2-az3", "apne2-az2"],
          "privatelink.supportedRegions": ["eu-west-1"],
        },
        "network.availabilityZoneIds[2]",
      ],
    ],
    [
      [
        "all zones take part",
        {
          region: "us-east-1",
          "network.availabilityZoneIds": ["use1-az1", "use1-az2", "use1-az4"],
          "privatelink.supportedRegions": ["eu-west-1"],
        },
      ],
      [
        "there is one Region alone",
        {
          region: "ap-northeast-2",
          "network.availabilityZoneIds": ["apne2-az1", "apne2-az3", "apne2-az2"],
        },
      ],
    ],
  ),
  anEnvironment(
    "principalsAreThoseThatAwsDocuments",
    /AWS documents no organization|without a path/,
    (
      [
        ["an organization", "arn:aws:organizations::111122223333:organization/o-abcdefghij"],
        ["an organizational unit", "arn:aws:organizations::111122223333:ou/o-abcdefghij/ou-ab12-cdefghij"],
        ["a role with a path", "arn:aws:iam::444455556666:role/team/app"],
        ["a user with a path", "arn:aws:iam::444455556666:user/team/somebody"],
        [
          "a service-linked role",
          "arn:aws:iam::444455556666:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        ],
      ] as const
    ).map(([when, arn]) => [
      `one is ${when}`,
      { "privatelink.allowedPrincipals": ["arn:aws:iam::444455556666:root", arn] },
      "privatelink.allowedPrincipals[1]",
    ]),
    [
      [
        "they are an account, a role and a user",
        {
          "privatelink.allowedPrincipals": [
            "arn:aws:iam::444455556666:root",
            "arn:aws:iam::444455556666:role/app",
            "arn:aws:iam::444455556666:user/some.body@example.com",
          ],
        },
      ],
      ["everybody may ask", { "privatelink.allowedPrincipals": ["*"] }],
    ],
  ),
  anEnvironment(
    "idleTimeoutIsWithinTheEndpoints",
    /60 to 350/,
    [
      ["it is longer", { "privatelink.tcpIdleTimeoutSeconds": 351 }, "privatelink.tcpIdleTimeoutSeconds"],
      [
        "it is as long as AWS takes",
        { "privatelink.tcpIdleTimeoutSeconds": 6000 },
        "privatelink.tcpIdleTimeoutSeconds",
      ],
    ],
    [
      ["it is shorter", { "privatelink.tcpIdleTimeoutSeconds": 60 }],
      [
        "clients of consumerCidrs reach the NLB without an endpoint",
        {
          [enforcement]: "on",
          "privatelink.consumerCidrs": ["10.0.0.0/8"],
          "privatelink.tcpIdleTimeoutSeconds": 600,
        },
      ],
    ],
  ),
  anEnvironment(
    "privateDnsNameIsNotOfAws",
    /names below a domain of your own/,
    ["app.amazonaws.com", "eu-central-1.compute.internal", "app.api.aws"].map((name) => [
      `it is ${name}`,
      { "privatelink.privateDns": { name, publicZoneId: "Z0123456789ABC" } },
      "privatelink.privateDns.name",
    ]),
    [
      [
        "it is the provider's own",
        { "privatelink.privateDns": { name: "app.example.com", publicZoneId: "Z0123456789ABC" } },
      ],
    ],
  ),
];
