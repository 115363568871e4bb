import { anEnvironment, fargate, ourImage, overlapping, type RuleCases, reason } from "./cases";

/** Private subnets of a VPC that exists, with one zone that is named. */
const existing = (privateSubnets: object) => ({
  "network.cidr": undefined,
  "network.availabilityZoneIds": ["euc1-az1"],
  "network.existing": { vpcId: "vpc-0123456789abcdef0", privateSubnets, provides: ["nat", "s3"] },
});

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "vpcBlockIsUsable",
    /a private block|from \/16 to \/24/,
    [
      ["the block is larger than AWS takes", { "network.cidr": "10.0.0.0/15" }, "network.cidr"],
      ["the block is too small for load balancers", { "network.cidr": "10.0.0.0/25" }, "network.cidr"],
      ["it is loopback", { "network.cidr": "127.0.0.0/16" }, "network.cidr"],
      ["it is link-local", { "network.cidr": "169.254.0.0/16" }, "network.cidr"],
      ["it is multicast", { "network.cidr": "224.0.0.0/16" }, "network.cidr"],
    ],
    [
      ["it is private", { "network.cidr": "192.168.0.0/16" }],
      ["it is shared address space", { "network.cidr": "100.64.0.0/16" }],
    ],
  ),
  anEnvironment(
    "vpcBlockIsNotDockers",
    /which Docker uses/,
    [["instances would take the VPC for Docker's bridge", { "network.cidr": "172.17.0.0/16" }, "network.cidr"]],
    [
      ["it is the block beside Docker's", { "network.cidr": "172.18.0.0/16" }],
      ["Fargate runs the hosts", { "network.cidr": "172.17.0.0/16", ...fargate }],
    ],
  ),
  anEnvironment(
    "subnetsFitIntoVpc",
    /a block of at least \/20/,
    [["the block is smaller than three zones of subnets", { "network.cidr": "10.20.0.0/21" }, "network.cidr"]],
    [
      ["the block is just large enough", { "network.cidr": "10.20.0.0/20" }],
      [
        "the subnets are made smaller",
        { "network.cidr": "10.20.0.0/21", "network.subnets.privatePrefixLength": 24, "application.maximumTasks": 2 },
      ],
    ],
  ),
  anEnvironment(
    "privateSubnetsHoldALoadBalancer",
    /at most 27/,
    [["they are /28", { "network.subnets.privatePrefixLength": 28 }, "network.subnets.privatePrefixLength"]],
    [["they are /27", { "network.subnets.privatePrefixLength": 27 }]],
  ),
  anEnvironment(
    "privateSubnetsHoldAllTasks",
    /at most 25 for this many tasks/,
    [
      [
        "a deployment of all tasks needs more addresses",
        {
          "network.subnets.privatePrefixLength": 27,
          "application.maximumTasks": 100,
          "compute.ec2.maximumInstances": 50,
        },
        "network.subnets.privatePrefixLength",
      ],
    ],
    [
      [
        "they are large enough",
        {
          "network.subnets.privatePrefixLength": 25,
          "application.maximumTasks": 100,
          "application.databasePoolSize": 1,
          "compute.ec2.maximumInstances": 63,
        },
      ],
    ],
  ),
  anEnvironment(
    "regionHasTheZones",
    /2 in us-west-1/,
    [["there are three", { region: "us-west-1", "network.availabilityZoneCount": 3 }, "network.availabilityZoneCount"]],
    [
      ["there are two", { region: "us-west-1", "network.availabilityZoneCount": 2 }],
      ["another Region has three", { "network.availabilityZoneCount": 3 }],
    ],
  ),
  anEnvironment(
    "zoneIdsMatchZoneCount",
    /as network.availabilityZoneCount says|one for each of network.existing.privateSubnets|at least 2 zones/,
    [
      [
        "fewer are named than there are subnets",
        existing({ ids: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] }),
        "network.availabilityZoneIds",
      ],
      [
        "one alone is named for subnets by tags",
        existing({ tags: { tier: "private" } }),
        "network.availabilityZoneIds",
      ],
      [
        "two are named for three",
        { "network.availabilityZoneIds": ["euc1-az1", "euc1-az2"] },
        "network.availabilityZoneIds",
      ],
    ],
    [["three are named for three", { "network.availabilityZoneIds": ["euc1-az1", "euc1-az2", "euc1-az3"] }]],
  ),
  anEnvironment(
    "zoneIdsBelongToRegion",
    /begin with euc1-az/,
    [
      [
        "one is of another Region",
        { "network.availabilityZoneIds": ["euc1-az1", "euw1-az2", "euc1-az3"] },
        "network.availabilityZoneIds[1]",
      ],
      [
        "one is of a Region that begins alike",
        { "network.availabilityZoneIds": ["euc1-az1", "euc2-az2", "euc1-az3"] },
        "network.availabilityZoneIds[1]",
      ],
    ],
    [["all are of the Region", { "network.availabilityZoneIds": ["euc1-az3", "euc1-az2", "euc1-az1"] }]],
  ),
  anEnvironment(
    "zonesCarryThePattern",
    /zones other than use1-az3/,
    [
      [
        "one has no current instance types",
        { region: "us-east-1", "network.availabilityZoneIds": ["use1-az1", "use1-az3", "use1-az2"] },
        "network.availabilityZoneIds[1]",
      ],
    ],
    [
      [
        "all have what is needed",
        { region: "us-east-1", "network.availabilityZoneIds": ["use1-az1", "use1-az4", "use1-az2"] },
      ],
    ],
  ),
  anEnvironment(
    "s3IsReachedThroughItsGateway",
    /services other than s3/,
    [
      [
        "S3 is asked for a second time",
        { "network.additionalInterfaceEndpoints": ["sqs", "s3"] },
        "network.additionalInterfaceEndpoints[1]",
      ],
    ],
    [["others are asked for", { "network.additionalInterfaceEndpoints": ["sqs"] }]],
  ),
  anEnvironment(
    "imageIsReachableWithoutNat",
    /an image in Amazon ECR of eu-central-1/,
    [
      [
        "the image is in a public registry",
        { "network.natGateways": "none", "application.image.uri": "public.ecr.aws/example/app:1" },
        "application.image.uri",
      ],
      [
        "the image is in ECR of another Region",
        { "network.natGateways": "none", "application.image.uri": ourImage.replace("eu-central-1", "eu-west-1") },
        "application.image.uri",
      ],
      [
        "the image is in ECR, but by a host that the endpoint does not serve",
        {
          "network.natGateways": "none",
          "application.image.uri": "111122223333.dkr-ecr.eu-central-1.on.aws/app:1",
        },
        "application.image.uri",
      ],
    ],
    [
      ["the image is in ECR", { "network.natGateways": "none", "application.image.uri": ourImage }],
      ["there is NAT", { "application.image.uri": "public.ecr.aws/example/app:1" }],
      ["the image is built", { "network.natGateways": "none", "application.image": { build: {} } }],
    ],
  ),
  overlapping(
    "environmentsDoNotOverlap",
    /a block that no other environment/,
    [
      ["both have the same block", { second: "10.20.0.0/16" }, "network.cidr"],
      ["one block lies in the other", { second: "10.20.128.0/20" }, "network.cidr"],
    ],
    [
      ["the blocks are neighbours", { second: "10.21.0.0/16" }],
      ["the accounts differ", { second: "10.20.0.0/16", accountId: "222233334444" }],
      ["the Regions differ", { second: "10.20.0.0/16", region: "eu-west-1" }],
      ["there is a reason", { second: "10.20.0.0/16", "acknowledge.overlappingNetwork": reason }],
    ],
  ),
  anEnvironment(
    "additionalEndpointsAreLastParts",
    /last part/,
    [
      [
        "a service is named in full",
        { "network.additionalInterfaceEndpoints": ["com.amazonaws.eu-central-1.sqs"] },
        "network.additionalInterfaceEndpoints[0]",
      ],
      [
        "a service of somebody else is named",
        { "network.additionalInterfaceEndpoints": ["com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"] },
        "network.additionalInterfaceEndpoints[0]",
      ],
    ],
    [["a service has a dot in its name", { "network.additionalInterfaceEndpoints": ["ecr.api", "states"] }]],
  ),
];
