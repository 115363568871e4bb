import { databaseEngine } from "../../../config/database-engine";
import {
  creates,
  createsAurora,
  createsInstance,
  hasInstances,
  interfaceEndpoints,
  natGatewayCount,
  zoneCount,
} from "../../../config/derive";
import { limitedConsumers } from "../../../config/request-limits";
import type { Environment } from "../../../config/schema";
import { launchTypeOf, services, workers } from "../../../config/workloads";
import { databaseHour, instanceHour, prices } from "./prices";

/** One line of an estimate. */
export interface Line {
  readonly item: string;
  /** How many of what. */
  readonly quantity: string;
  /** Dollars a month; undefined where the table has no price. */
  readonly monthly: number | undefined;
}

/** Numbers of resources that the configuration does not say itself. */
export interface Counted {
  readonly keys: number;
  readonly secrets: number;
  readonly alarms: number;
  /** Rules of Contributor Insights; what they read is billed also. */
  readonly insightRules: number;
  readonly dashboards: number;
}

/** What no configuration says; small numbers, for comparison. */
export const assumed = {
  efsGib: 10,
  auroraGib: 10,
  s3Gib: 5,
  logsGib: 10,
  lambdaSeconds: 1,
  /** A run and the looks until the next one: `privatelink.sync.watch`. */
  lambdaWatchingSeconds: 52,
  lambdaMib: 256,
  minutesPerMonth: 43_800,
} as const;

/** How many there are of what runs all the time; the synthesized JSON has the same numbers. */
export function quantities(environment: Environment) {
  const { compute, privatelink, application, data } = environment;
  const zones = zoneCount(environment);
  const onInstances = compute.launchType === "EC2";
  return {
    natGateways: natGatewayCount(environment),
    endpointZones: interfaceEndpoints(environment).length * zones,
    instances: hasInstances(compute) ? compute.ec2.minimumInstances : 0,
    fargateTasks: onInstances ? 0 : application.minimumTasks,
    databases: createsInstance(environment) ? (data.database.multiAz ? 2 : 1) : 0,
    auroraInstances: createsAurora(environment) ? 1 + data.database.serverless.readers : 0,
    syncFunctions: privatelink.albTargetMode === "ip-sync" ? 1 : 0,
  };
}

const hours = (price: number | undefined, count: number): number | undefined =>
  price === undefined ? undefined : price * count * prices.hoursPerMonth;

/** The database that is created, with its storage; none, no line. */
function databaseLines(environment: Environment): Line[] {
  const { auroraInstances, databases } = quantities(environment);
  const { database } = environment.data;
  const { title } = databaseEngine(database);
  if (auroraInstances > 0) {
    return [
      {
        item: title,
        quantity: `${auroraInstances} × at least ${database.serverless.minCapacity} ACU`,
        monthly: hours(prices.auroraAcuHour * database.serverless.minCapacity, auroraInstances),
      },
      {
        item: "Database storage",
        quantity: `${assumed.auroraGib} GiB assumed, without reads and writes`,
        monthly: assumed.auroraGib * prices.auroraGibMonth,
      },
    ];
  }
  if (databases === 0) return [];
  const standby = databases > 1 ? ", with a standby" : "";
  return [
    {
      item: `RDS for ${title}`,
      quantity: `${database.instanceClass}${standby}`,
      monthly: hours(databaseHour(database.instanceClass), databases),
    },
    {
      item: "Database storage",
      quantity: `${database.allocatedStorageGib} GiB${standby}`,
      monthly: database.allocatedStorageGib * databases * prices.rdsGp3GibMonth,
    },
  ];
}

/** What an ALB brings along where it verifies clients or limits them. */
function albLines({ compute, privatelink }: Environment): Line[] {
  const limits = limitedConsumers(privatelink).length;
  // A rule more counts the requests without a consumer.
  const rules = limits + 1;
  return [
    ...(compute.loadBalancer.mutualTls?.mode === "verify"
      ? [{ item: "Trust store", quantity: "1, billed by the hour", monthly: undefined }]
      : []),
    ...(limits > 0
      ? [
          {
            item: "Web ACL (AWS WAF)",
            quantity: `${rules} rules, and ${prices.webAclMillionRequests} dollars for each million requests`,
            monthly: prices.webAclMonth + rules * prices.webAclRuleMonth,
          },
        ]
      : []),
  ];
}

/** What an environment costs a month while nothing passes through it. */
export function bill(environment: Environment, counted: Counted): Line[] {
  const { application, compute } = environment;
  const { endpointZones, fargateTasks, instances, natGateways, syncFunctions } = quantities(environment);
  const { gibHour, vcpuHour } = prices.fargate[compute.cpuArchitecture];
  const taskHour = ({ cpu, memoryMib }: { readonly cpu: number; readonly memoryMib: number }) =>
    (cpu / 1024) * vcpuHour + (memoryMib / 1024) * gibHour;
  const runs = assumed.minutesPerMonth * syncFunctions;
  const { sync } = environment.privatelink;
  const seconds = sync.watch ? assumed.lambdaWatchingSeconds : assumed.lambdaSeconds;
  const gibSeconds = runs * seconds * (assumed.lambdaMib / 1024);
  const lambda =
    gibSeconds * prices.lambdaGibSecond[sync.architecture] + (runs / 1_000_000) * prices.lambdaMillionRequests;
  return [
    { item: "NAT gateways", quantity: `${natGateways}`, monthly: hours(prices.natGatewayHour, natGateways) },
    {
      item: "Public IPv4 addresses of NAT",
      quantity: `${natGateways}`,
      monthly: hours(prices.publicIpv4Hour, natGateways),
    },
    {
      item: "Interface endpoints",
      quantity: `${endpointZones} endpoint zones`,
      monthly: hours(prices.interfaceEndpointZoneHour, endpointZones),
    },
    { item: "Network Load Balancer", quantity: "1", monthly: hours(prices.networkLoadBalancerHour, 1) },
    { item: "Application Load Balancer", quantity: "1", monthly: hours(prices.applicationLoadBalancerHour, 1) },
    ...albLines(environment),
    {
      item: "EC2 instances",
      quantity: `${instances} × ${compute.ec2.instanceType}`,
      monthly: instances === 0 ? 0 : hours(instanceHour(compute.ec2.instanceType), instances),
    },
    {
      item: "Root volumes",
      quantity: `${instances} × ${compute.ec2.rootVolumeGib} GiB`,
      monthly: instances * compute.ec2.rootVolumeGib * prices.ebsGp3GibMonth,
    },
    {
      item: "Fargate tasks",
      quantity: `${fargateTasks} × ${application.cpu} CPU units, ${application.memoryMib} MiB`,
      monthly: hours(taskHour(application), fargateTasks),
    },
    // On instances they are part of what the instances cost.
    ...[
      ...services(environment).map((one) => ({
        ...one,
        launchType: launchTypeOf(environment, one),
        least: one.options.minimumTasks,
      })),
      ...workers(environment).map((one) => ({
        ...one,
        launchType: launchTypeOf(environment, one),
        least: one.options.scale.from,
      })),
    ].map(({ kind, launchType, least, name, options }) => ({
      item: `${kind === "service" ? "Service" : "Worker"} ${name}`,
      quantity: `at least ${least} × ${options.cpu} CPU units, ${options.memoryMib} MiB`,
      monthly: launchType === "FARGATE" ? hours(taskHour(options), least) : 0,
    })),
    ...databaseLines(environment),
    ...(creates(environment, "fileSystem")
      ? [{ item: "EFS", quantity: `${assumed.efsGib} GiB assumed`, monthly: assumed.efsGib * prices.efsGibMonth }]
      : []),
    { item: "S3", quantity: `${assumed.s3Gib} GiB assumed`, monthly: assumed.s3Gib * prices.s3GibMonth },
    { item: "KMS keys", quantity: `${counted.keys}`, monthly: counted.keys * prices.kmsKeyMonth },
    { item: "Secrets", quantity: `${counted.secrets}`, monthly: counted.secrets * prices.secretMonth },
    { item: "CloudWatch alarms", quantity: `${counted.alarms}`, monthly: counted.alarms * prices.alarmMonth },
    ...(counted.insightRules > 0
      ? [
          {
            item: "Contributor Insights rules",
            quantity: `${counted.insightRules}`,
            monthly: counted.insightRules * prices.insightRuleMonth,
          },
        ]
      : []),
    {
      item: "CloudWatch dashboard",
      quantity: `${counted.dashboards}`,
      monthly: counted.dashboards * prices.dashboardMonth,
    },
    {
      item: "CloudWatch Logs",
      quantity: `${assumed.logsGib} GB assumed`,
      monthly: assumed.logsGib * prices.logsIngestedGib,
    },
    { item: "Sync Lambda", quantity: syncFunctions > 0 ? "every minute" : "none", monthly: lambda },
  ];
}

/** Sum of a bill; lines without a price count nothing. */
export const total = (lines: readonly Line[]): number => lines.reduce((sum, { monthly = 0 }) => sum + monthly, 0);
