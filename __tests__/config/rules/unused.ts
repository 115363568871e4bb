import {
  aConsumer,
  aLink,
  albTarget,
  anEnvironment,
  anExistingVpc,
  certificate,
  type Failure,
  fargate,
  type RuleCases,
  serviceIn,
  together,
} from "./cases";

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "environmentOptionsHaveAnEffect",
    /^only (with|for|in)/,
    [
      ["s3 has settings with another backend", { backend: { type: "local", s3: { bucket: "state" } } }, "backend.s3"],
      ["hcp has settings with another backend", { backend: { hcp: { organization: "example" } } }, "backend.hcp"],
      [
        "backups are kept that no one makes",
        { "data.backup": { enabled: false, retentionDays: 7 } },
        "data.backup.retentionDays",
      ],
      [
        "a database that is not created has a class",
        { "data.database": { use: "none", instanceClass: "db.t4g.large" } },
        "data.database.instanceClass",
      ],
      ...[
        { instanceClass: "db.t4g.large" },
        { multiAz: true },
        { allocatedStorageGib: 20 },
        { maxAllocatedStorageGib: 200 },
      ].map(
        (option): Failure => [
          `a cluster has no ${Object.keys(option)[0]}`,
          { "data.database": { engine: "aurora-postgresql", ...option } },
          `data.database.${Object.keys(option)[0]}`,
        ],
      ),
      ["an instance has no ACUs", { "data.database": { serverless: {} } }, "data.database.serverless"],
      [
        "a cluster's storage has no limit",
        { "data.database.engine": "aurora-mysql", "observability.thresholds": { databaseFreeStorageGib: 3 } },
        "observability.thresholds.databaseFreeStorageGib",
      ],
      [
        "an instance has no capacity",
        { "observability.thresholds": { databaseCapacityPercent: 80 } },
        "observability.thresholds.databaseCapacityPercent",
      ],
      ["no database has a name", { "data.database": { use: "none", name: "shop" } }, "data.database.name"],
      [
        "a bucket is created and exists",
        { "data.staticAssets.existing": { bucket: "assets" } },
        "data.staticAssets.existing",
      ],
      [
        "nothing is loaded into no database",
        { "data.database.use": "none", "application.dataLoadCommand": ["load"] },
        "application.dataLoadCommand",
      ],
      [
        "nothing of the environment's own is backed up",
        { "data.fileSystem.use": "none", "data.staticAssets.use": "none", "data.backup.enabled": true },
        "data.backup",
      ],
      [
        "no file system has an alarm",
        { "data.fileSystem.use": "none", "observability.thresholds.fileSystemIoPercent": 50 },
        "observability.thresholds.fileSystemIoPercent",
      ],
      [
        "no flow logs are kept",
        { "network.flowLogs": { enabled: false, retentionDays: 30 } },
        "network.flowLogs.retentionDays",
      ],
      [
        "certificates are passed through unverified",
        {
          "compute.loadBalancer.listeners": [{ port: 443, certificateArn: certificate("eu-central-1") }],
          "compute.loadBalancer.mutualTls": {
            mode: "passthrough",
            caBundle: "config/examples/mutual-tls/consumers-ca.pem",
          },
          "privatelink.targetGroup.healthCheckProtocol": "TCP",
        },
        "compute.loadBalancer.mutualTls.caBundle",
      ],
      ["Fargate has instances", { ...fargate, "compute.ec2.maximumInstances": 6 }, "compute.ec2"],
      ["EC2 has a share of Fargate Spot", { "compute.fargate.spotSharePercent": 50 }, "compute.fargate"],
      ["enforcement is off with ranges", { "privatelink.consumerCidrs": ["10.0.0.0/8"] }, "privatelink.consumerCidrs"],
      [
        "endpoints are accepted that need not be",
        { "privatelink.acceptanceRequired": false, "privatelink.acceptedEndpointIds": ["vpce-0123456789abcdef0"] },
        "privatelink.acceptedEndpointIds",
      ],
      ["no Lambda runs", { ...albTarget, "privatelink.sync.dryRun": true }, "privatelink.sync"],
      [
        "the alb target has no attributes",
        { ...albTarget, "privatelink.targetGroup.deregistrationDelaySeconds": 60 },
        "privatelink.targetGroup.deregistrationDelaySeconds",
      ],
      [
        "TLS has a fixed timeout",
        {
          "privatelink.listeners": [{ port: 443, albListenerPort: 80, certificateArn: certificate("eu-central-1") }],
          "privatelink.tcpIdleTimeoutSeconds": 600,
        },
        "privatelink.tcpIdleTimeoutSeconds",
      ],
    ],
    [
      [
        "instances are kept beside Fargate",
        { ...fargate, "compute.fargate.keepInstances": true, "compute.ec2.maximumInstances": 6 },
      ],
      ["Fargate has a share of Spot", { ...fargate, "compute.fargate.spotSharePercent": 50 }],
      ["the Lambda's targets drain", { "privatelink.targetGroup.deregistrationDelaySeconds": 60 }],
      ["an empty list changes nothing", { "privatelink.consumerCidrs": [] }],
    ],
  ),
  together(
    aConsumer(
      "consumerOptionsHaveAnEffect",
      /^only (with|for|in)/,
      [
        [
          "the VPC is made, with subnets of another",
          { "vpc.subnetIds": ["subnet-0123456789abcdef0"] },
          "vpc.subnetIds",
        ],
        [
          "the VPC is made, in zones of its own choice",
          { "vpc.availabilityZoneIds": ["euc1-az1"] },
          "vpc.availabilityZoneIds",
        ],
        ["a consumer makes no bucket", { "backend.s3.forceDestroy": true }, "backend.s3.forceDestroy"],
        ["no zone has a name", { "dns.name": "app.example.internal" }, "dns.name"],
        ["no zone is shared", { "dns.additionalVpcIds": ["vpc-0123456789abcdef1"] }, "dns.additionalVpcIds"],
        ["private DNS is not the mode", { "dns.privateDnsEnabled": true }, "dns.privateDnsEnabled"],
        [
          "zones of another Region need not match",
          { service: { name: serviceIn("eu-west-1"), region: "eu-west-1", availabilityZoneIds: ["euw1-az1"] } },
          "service.availabilityZoneIds",
        ],
      ],
      [
        ["private DNS is the mode", { dns: { mode: "private-dns", privateDnsEnabled: true } }],
        ["the zone has a name", { dns: { mode: "private-hosted-zone", name: "app.example.internal" } }],
      ],
    ),
    anExistingVpc(
      "consumerOptionsHaveAnEffect",
      /^only (with|for|in)/,
      [
        ["an existing VPC has its zones", { "vpc.availabilityZoneCount": 2 }, "vpc.availabilityZoneCount"],
        ["subnets are named by id and by tags", { "vpc.subnetTags": { tier: "private" } }, "vpc.subnetTags"],
      ],
      [
        [
          "tags single out subnets",
          {
            "vpc.subnetIds": undefined,
            "vpc.availabilityZoneIds": ["euc1-az1"],
            "vpc.subnetTags": { tier: "private" },
          },
        ],
      ],
    ),
    aLink(
      "consumerOptionsHaveAnEffect",
      /^only (with|for|in)/,
      [
        [
          "the environment knows its zones",
          { "service.availabilityZoneIds": ["euc1-az1", "euc1-az2"] },
          "service.availabilityZoneIds",
        ],
      ],
      [],
    ),
  ),
];
