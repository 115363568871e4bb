import {
  allSecrets,
  creates,
  createsAurora,
  createsInstance,
  hasInstances,
  recordsFlowLogs,
  serviceListeners,
  uses,
} from "../derive";
import { schemaAt, sectionKeys } from "../options";
import { type Consumer, type Environment, environmentSchema } from "../schema";
import { usableParts } from "../schema/workloads";
import { watchedConsumers } from "../service-consumers";
import { launchTypeOf, workloads } from "../workloads";
import { serviceRegion } from "./consumer";
import type { ConsumerRule, EnvironmentRule, Finding, Written } from "./rule";

/** An option that other options switch off. */
interface Conditional<Owner> {
  readonly path: readonly string[];
  readonly hasEffect: (owner: Owner) => boolean;
  /** When it has an effect; completes "allowed: only". */
  readonly when: string;
  /** Default: remove it, or change what switches it off. */
  readonly fix?: string | undefined;
  readonly source?: string;
}

const albTarget =
  'User Guide for Network Load Balancers, "Use Application Load Balancers as targets of a Network Load Balancer"';

const backendOptions: readonly Conditional<Environment | Consumer>[] = [
  { path: ["backend", "s3"], hasEffect: ({ backend }) => backend.type === "s3", when: "with backend.type s3" },
  { path: ["backend", "hcp"], hasEffect: ({ backend }) => backend.type === "hcp", when: "with backend.type hcp" },
];

/** Options of the parts of the data; some have an effect on an existing one also. */
const dataOptions: readonly Conditional<Environment>[] = usableParts.flatMap((part) =>
  sectionKeys(schemaAt(environmentSchema, ["data", part]) ?? environmentSchema).flatMap(
    (option): Conditional<Environment>[] => {
      const path = ["data", part, option];
      if (option === "use") return [];
      if (option === "existing") {
        return [
          { path, hasEffect: ({ data }) => data[part].use === "existing", when: `with data.${part}.use existing` },
        ];
      }
      return ["engine", "name", "port"].includes(option)
        ? [{ path, hasEffect: (environment) => uses(environment, part), when: `with a ${part}, created or existing` }]
        : [{ path, hasEffect: (environment) => creates(environment, part), when: `with data.${part}.use create` }];
    },
  ),
);

/** What stands in their place with Aurora. */
const withAurora: Readonly<Record<string, string>> = {
  instanceClass: "remove it, and set data.database.serverless.maxCapacity: 1 ACU is about 2 GiB of memory",
  multiAz: "remove it, and set data.database.serverless.readers: at least 1 stands in for the writer",
  allocatedStorageGib: "remove it",
  maxAllocatedStorageGib: "remove it",
};

const environmentOptions: readonly Conditional<Environment>[] = [
  ...backendOptions,
  {
    path: ["network", "flowLogs", "retentionDays"],
    hasEffect: recordsFlowLogs,
    when: "with network.flowLogs.enabled",
  },
  ...["availabilityZoneCount", "natGateways", "subnets"].map((option) => ({
    path: ["network", option],
    hasEffect: ({ network }: Environment) => !network.existing,
    when: "with network.cidr: an existing VPC is not changed",
  })),
  ...dataOptions,
  ...["instanceClass", "multiAz", "allocatedStorageGib", "maxAllocatedStorageGib"].map((option) => ({
    path: ["data", "database", option],
    hasEffect: (environment: Environment) => !createsAurora(environment),
    when: "with data.database.engine postgres or mysql: the storage of Aurora grows by itself, and data.database.serverless has its capacity and readers",
    fix: withAurora[option],
    source: 'Amazon Aurora User Guide, "How Aurora Serverless v2 works"',
  })),
  {
    path: ["data", "database", "serverless"],
    hasEffect: (environment) => !createsInstance(environment),
    when: "with data.database.engine aurora-postgresql or aurora-mysql",
  },
  {
    path: ["data", "secretRecoveryDays"],
    hasEffect: (environment) => creates(environment, "database"),
    when: "with data.database.use create",
  },
  {
    path: ["data", "backup"],
    hasEffect: (environment) => creates(environment, "fileSystem") || creates(environment, "staticAssets"),
    when: "with a file system or static assets of the environment's own",
  },
  ...["retentionDays", "hourUtc", "forceDestroy"].map((option) => ({
    path: ["data", "backup", option],
    hasEffect: ({ data }: Environment) => data.backup.enabled,
    when: "with data.backup.enabled",
  })),
  ...["dataLoadCommand", "databasePoolSize"].map((option) => ({
    path: ["application", option],
    hasEffect: (environment: Environment) => uses(environment, "database"),
    when: "with a database, created or existing",
  })),
  {
    path: ["observability", "thresholds", "databaseFreeStorageGib"],
    hasEffect: (environment) => !createsAurora(environment),
    when: "with data.database.engine postgres or mysql: the storage of Aurora grows by itself",
  },
  {
    path: ["observability", "thresholds", "databaseCapacityPercent"],
    hasEffect: createsAurora,
    when: "with a database of data.database.engine aurora-postgresql or aurora-mysql that is created",
  },
  ...["databaseCpuPercent", "databaseFreeStorageGib", "databaseConnections"].map((option) => ({
    path: ["observability", "thresholds", option],
    hasEffect: (environment: Environment) => creates(environment, "database"),
    when: "with data.database.use create: the owner of an existing database monitors it",
  })),
  {
    path: ["observability", "thresholds", "fileSystemIoPercent"],
    hasEffect: (environment) => creates(environment, "fileSystem"),
    when: "with data.fileSystem.use create: the owner of an existing file system monitors it",
  },
  ...["secretsVersion", "secretsKmsKeyArns"].map((option) => ({
    path: ["application", option],
    hasEffect: ({ application }: Environment) => allSecrets(application).length > 0,
    when: "with application.secrets",
  })),
  ...["caBundle", "existingCaBundle", "revocationLists"].map((option) => ({
    path: ["compute", "loadBalancer", "mutualTls", option],
    hasEffect: ({ compute }: Environment) => compute.loadBalancer.mutualTls?.mode === "verify",
    when: "with mode verify; with passthrough the application verifies, with off no one",
  })),
  {
    path: ["compute", "ec2"],
    hasEffect: ({ compute }) => hasInstances(compute),
    when: "with compute.launchType EC2, or compute.fargate.keepInstances",
  },
  {
    path: ["compute", "fargate"],
    hasEffect: (environment) =>
      environment.compute.launchType === "FARGATE" ||
      workloads(environment).some((each) => launchTypeOf(environment, each) === "FARGATE"),
    when: "with launchType FARGATE, of compute or of a workload",
  },
  {
    path: ["privatelink", "consumerCidrs"],
    hasEffect: ({ privatelink }) =>
      privatelink.enforceInboundRulesOnPrivateLinkTraffic === "on" || privatelink.consumerCidrs.length === 0,
    when: "with enforceInboundRulesOnPrivateLinkTraffic on; off admits every connected client",
    source: 'User Guide for Network Load Balancers, "Update the security groups for your Network Load Balancer"',
  },
  {
    path: ["privatelink", "acceptedEndpointIds"],
    hasEffect: ({ privatelink }) => privatelink.acceptanceRequired || privatelink.acceptedEndpointIds.length === 0,
    when: "with acceptanceRequired; without it every endpoint of an allowed principal is accepted automatically",
    source: 'AWS PrivateLink Guide, "Configure an endpoint service"',
  },
  {
    path: ["privatelink", "consumerConnections"],
    hasEffect: ({ privatelink }) => watchedConsumers(privatelink).length > 0,
    when: "with a consumer in privatelink.consumers that has accept.automatically, until or expectConnected",
  },
  {
    path: ["privatelink", "sync"],
    hasEffect: ({ privatelink }) => privatelink.albTargetMode === "ip-sync",
    when: "with albTargetMode ip-sync",
  },
  {
    path: ["privatelink", "targetGroup", "deregistrationDelaySeconds"],
    hasEffect: ({ privatelink }) => privatelink.albTargetMode === "ip-sync",
    when: "with albTargetMode ip-sync; a target group of type alb has no attributes",
    source: albTarget,
  },
  {
    path: ["privatelink", "tcpIdleTimeoutSeconds"],
    hasEffect: (environment) => serviceListeners(environment).some(({ certificateArn }) => !certificateArn),
    when: "with a TCP listener; where the NLB ends TLS, the timeout is fixed at 350 seconds",
    source:
      'User Guide for Network Load Balancers, "Update the TCP idle timeout for your Network Load Balancer listener"',
  },
];

/** The same of workloads, which a person names. */
const workloadOptions = (environment: Environment): Conditional<Environment>[] =>
  workloads(environment).flatMap(({ kind, options, path }) => [
    {
      path: [...path.map(String), "databasePoolSize"],
      hasEffect: () => options.uses.includes("database"),
      when: `for a ${kind} that uses the database`,
    },
    {
      path: [...path.map(String), "queue", "kmsKeyArn"],
      hasEffect: () => !("queue" in options) || options.queue.arn !== undefined,
      when: "with queue.arn; a queue that is created has the environment's key",
    },
    ...["secretsVersion", "secretsKmsKeyArns"].map((option) => ({
      path: [...path.map(String), option],
      hasEffect: () => allSecrets(options).length > 0,
      when: `for a ${kind} with secrets`,
    })),
    ...["timeZone", "retries"].map((option) => ({
      path: [...path.map(String), option],
      hasEffect: () => !("schedule" in options) || options.schedule !== undefined,
      when: "for a job with a schedule",
    })),
  ]);

const consumerOptions: readonly Conditional<Consumer>[] = [
  ...backendOptions,
  {
    path: ["backend", "s3", "forceDestroy"],
    hasEffect: () => false,
    when: "in an environment, whose stacks make their bucket",
  },
  {
    path: ["service", "availabilityZoneIds"],
    hasEffect: (consumer) => serviceRegion(consumer) === consumer.region,
    when: "with service.name in the consumer's own Region; an environment knows its zones, and across Regions they need not match",
  },
  ...["subnetIds", "subnetTags", "availabilityZoneIds"].map((option) => ({
    path: ["vpc", option],
    hasEffect: ({ vpc }: Consumer) => !vpc.cidr,
    when: "for an existing VPC",
  })),
  {
    path: ["vpc", "subnetTags"],
    hasEffect: ({ vpc }) => Boolean(vpc.cidr) || vpc.availabilityZoneIds !== undefined,
    when: "with vpc.availabilityZoneIds",
  },
  { path: ["vpc", "availabilityZoneCount"], hasEffect: ({ vpc }) => Boolean(vpc.cidr), when: "with vpc.cidr" },
  ...["name", "additionalVpcIds"].map((option) => ({
    path: ["dns", option],
    hasEffect: ({ dns }: Consumer) => dns.mode === "private-hosted-zone",
    when: "with dns.mode private-hosted-zone",
  })),
  {
    path: ["dns", "privateDnsEnabled"],
    hasEffect: ({ dns }) => dns.mode === "private-dns",
    when: "with dns.mode private-dns",
  },
];

function withoutEffect<Owner>(options: readonly Conditional<Owner>[], owner: Owner, written: Written): Finding[] {
  return options.flatMap(({ fix = "remove it, or change that", path, hasEffect, when, source }) =>
    written(...path) && !hasEffect(owner) ? { path, allowed: `only ${when}`, fix, ...(source ? { source } : {}) } : [],
  );
}

/** Who writes an option expects that it does something. */
export const environmentOptionsHaveAnEffect: EnvironmentRule = (environment, written) =>
  withoutEffect([...environmentOptions, ...workloadOptions(environment)], environment, written);

/** Who writes an option expects that it does something. */
export const consumerOptionsHaveAnEffect: ConsumerRule = (consumer, written) =>
  withoutEffect(consumerOptions, consumer, written);
