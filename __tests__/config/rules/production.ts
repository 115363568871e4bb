import { anEnvironment, type Failure, inProduction, type RuleCases, reason, together } from "./cases";

const CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef";

const unprotected: readonly (readonly [path: string, value: unknown])[] = [
  ["backend.s3.forceDestroy", true],
  ["data.database.deletionProtection", false],
  ["data.database.finalSnapshot", false],
  ["data.backup.enabled", false],
  ["data.backup.forceDestroy", true],
  ["data.secretRecoveryDays", 0],
  ["data.staticAssets.forceDestroy", true],
  ["compute.loadBalancer.deletionProtection", false],
  ["compute.loadBalancer.accessLogForceDestroy", true],
  ["compute.repository.forceDelete", true],
  ["privatelink.deletionProtection", false],
];

export const cases: readonly RuleCases[] = [
  together(
    inProduction(
      "productionHasAStandbyDatabase",
      /in production: (true|at least 1)/,
      [
        ["it has none", { "data.database.multiAz": false }, "data.database.multiAz"],
        [
          "a cluster has no reader",
          { "data.database": { engine: "aurora-postgresql", serverless: { readers: 0 } } },
          "data.database.serverless.readers",
        ],
      ],
      [["there is a reason for none", { "data.database.multiAz": false, "acknowledge.singleAzDatabase": reason }]],
    ),
    anEnvironment(
      "productionHasAStandbyDatabase",
      /./,
      [],
      [["it is development", { "data.database.multiAz": false }]],
    ),
  ),
  together(
    inProduction(
      "productionIsProtectedFromDeletion",
      /in production: /,
      unprotected.map(([path, value]): Failure => [`${path} is ${value}`, { [path]: value }, path]),
      [
        ["everything is protected", {}],
        ["there is a reason", { "data.database.finalSnapshot": false, "acknowledge.unprotectedDeletion": reason }],
      ],
    ),
    anEnvironment(
      "productionIsProtectedFromDeletion",
      /./,
      [],
      [
        ["it is development", Object.fromEntries(unprotected.filter(([path]) => path !== "data.backup.enabled"))],
        ["it is development without backups", { "data.backup.enabled": false }],
      ],
    ),
  ),
  inProduction(
    "productionHasNoSinglePointOfFailure",
    /in production: (at least 2|perAz or none)/,
    [
      ["one task runs alone", { "application.minimumTasks": 1 }, "application.minimumTasks"],
      ["one instance runs alone", { "compute.ec2.minimumInstances": 1 }, "compute.ec2.minimumInstances"],
      ["one NAT gateway serves all zones", { "network.natGateways": "single" }, "network.natGateways"],
    ],
    [
      ["there is no NAT at all", { "network.natGateways": "none" }],
      ["there is a reason", { "network.natGateways": "single", "acknowledge.singlePointOfFailure": reason }],
    ],
  ),
  together(
    inProduction(
      "productionAlarmsReachSomebody",
      /in production: at least one address/,
      [["no address is written", { "observability.alarmEmails": [] }, "observability.alarmEmails"]],
      [
        ["there is an address", {}],
        ["there is a reason", { "observability.alarmEmails": [], "acknowledge.noAlarmRecipient": reason }],
      ],
    ),
    anEnvironment("productionAlarmsReachSomebody", /./, [], [["it is development", {}]]),
  ),
  together(
    inProduction(
      "productionEncryptsTraffic",
      /in production: a listener with certificateArn/,
      [
        [
          "the default listener has no certificate",
          { "acknowledge.plaintext": undefined },
          "compute.loadBalancer.listeners[0]",
        ],
        [
          "one of two listeners has none",
          {
            "acknowledge.plaintext": undefined,
            "compute.loadBalancer.listeners": [{ port: 443, certificateArn: CERTIFICATE }, { port: 8080 }],
          },
          "compute.loadBalancer.listeners[1]",
        ],
      ],
      [
        [
          "the ALB has a certificate",
          {
            "acknowledge.plaintext": undefined,
            "compute.loadBalancer.listeners": [{ port: 443, certificateArn: CERTIFICATE }],
          },
        ],
        [
          "the NLB has a certificate",
          {
            "acknowledge.plaintext": undefined,
            "privatelink.listeners": [{ port: 443, albListenerPort: 80, certificateArn: CERTIFICATE }],
          },
        ],
        ["there is a reason", {}],
      ],
    ),
    anEnvironment("productionEncryptsTraffic", /./, [], [["it is development", {}]]),
  ),
  inProduction(
    "exceptionsAreNeeded",
    /exceptions that the file needs/,
    (
      [
        "singleAzDatabase",
        "unprotectedDeletion",
        "singlePointOfFailure",
        "noAlarmRecipient",
        "anyPrincipal",
        "forgeableLimits",
        "secretInVariable",
      ] as const
    ).map((name): Failure => [`nothing needs ${name}`, { [`acknowledge.${name}`]: reason }, `acknowledge.${name}`]),
    [["one is needed", { "data.database.multiAz": false, "acknowledge.singleAzDatabase": reason }]],
  ),
];
