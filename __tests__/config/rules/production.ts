import { anEnvironment, type Failure, inProduction, type RuleCases, reason, together } from "./cases";

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
      /in production: true/,
      [["it has none", { "data.database.multiAz": false }, "data.database.multiAz"]],
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
  inProduction(
    "exceptionsAreNeeded",
    /exceptions that something in the file needs/,
    (["singleAzDatabase", "unprotectedDeletion", "singlePointOfFailure", "anyPrincipal"] as const).map(
      (name): Failure => [`nothing needs ${name}`, { [`acknowledge.${name}`]: reason }, `acknowledge.${name}`],
    ),
    [["one is needed", { "data.database.multiAz": false, "acknowledge.singleAzDatabase": reason }]],
  ),
];
