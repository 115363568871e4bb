import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import {
  FUNCTION_DIMENSION,
  METRIC_NAMESPACE,
  RUN_METRICS,
  TARGET_GROUP_DIMENSION,
  TARGET_GROUP_METRICS,
} from "../../lambda/alb-ip-sync/metric-names";

/** One CloudWatch metric. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** A statistic of CloudWatch, e.g. `Sum` or `p99`. */
  readonly statistic: string;
  /** Name in the dashboard's legend. Default: CloudWatch's own. */
  readonly label?: string;
}

/** When a watch alarms. */
export interface Threshold {
  readonly fires: "above" | "atOrAbove" | "below";
  readonly value: number;
  /** Periods in a row that must breach. */
  readonly periods: number;
  /** What no data means: `breaching` where a silent source is itself the trouble. */
  readonly missingData: "breaching" | "notBreaching";
}

/** Something that is looked at: a graph of the dashboard and, with a threshold, an alarm. */
export interface Watch {
  /** Last part of the alarm's name. */
  readonly id: string;
  /** Row of the dashboard. */
  readonly section: Section;
  /** What it shows; where it alarms, what it means and where to look. */
  readonly description: string;
  /** By metric id (a lower-case word). */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** CloudWatch metric math over the ids; without it, the first metric alarms. */
  readonly expression?: string;
  readonly periodSeconds: 60 | 300;
  readonly threshold?: Threshold;
}

export const SECTIONS = [
  "Endpoint service",
  "Network Load Balancer",
  "Target synchronisation",
  "Application Load Balancer",
  "ECS service",
  "Database",
  "File system",
] as const;
type Section = (typeof SECTIONS)[number];

/** What is watched: identifiers as CloudWatch has them in its dimensions. */
export interface WatchedResources {
  /** Names (not IDs) of the zones of the load balancers. */
  readonly availabilityZones: readonly string[];
  readonly endpointServiceId: string;
  /** `net/<name>/<id>`. */
  readonly nlbArnSuffix: string;
  readonly nlbTargetGroups: readonly {
    /** Port that consumers connect to. */
    readonly port: number;
    /** `targetgroup/<name>/<id>`. */
    readonly arnSuffix: string;
  }[];
  /** `app/<name>/<id>`. */
  readonly albArnSuffix: string;
  readonly albTargetGroupArnSuffix: string;
  readonly clusterName: string;
  readonly serviceName: string;
  readonly databaseIdentifier: string;
  readonly fileSystemId: string;
  /** The sync function; absent in `alb-target` mode. */
  readonly syncFunctionName?: string;
}

const GIB = 2 ** 30;

/** Everything that is watched: the only place for alarms and graphs. */
export function watches(environment: Environment, resources: WatchedResources): Watch[] {
  return [
    ...endpointService(environment, resources),
    ...networkLoadBalancer(environment, resources),
    ...synchronisation(environment, resources),
    ...applicationLoadBalancer(environment, resources),
    ...ecsService(resources),
    ...database(environment, resources),
    ...fileSystem(environment, resources),
  ];
}

/** Name of a watch's alarm. */
export const alarmName = (environment: Environment, { id }: Pick<Watch, "id">): string =>
  `${resourcePrefix(environment)}-${id}`;

/** Source: AWS PrivateLink guide, "CloudWatch metrics for AWS PrivateLink". */
function endpointService({ observability }: Environment, { endpointServiceId }: WatchedResources): Watch[] {
  const metric = (name: string, statistic: string): Metric => ({
    namespace: "AWS/PrivateLinkServices",
    name,
    dimensions: { "Service Id": endpointServiceId },
    statistic,
  });
  const section = "Endpoint service";
  return [
    {
      id: "endpoint-connections",
      section,
      description: "Endpoints that are connected, and their active and new connections",
      metrics: {
        endpoints: metric("EndpointsCount", "Maximum"),
        active: metric("ActiveConnections", "Maximum"),
        started: metric("NewConnections", "Sum"),
      },
      periodSeconds: 300,
    },
    {
      id: "endpoint-bytes",
      section,
      description: "Bytes between endpoints and the service, both directions",
      metrics: { bytes: metric("BytesProcessed", "Sum") },
      periodSeconds: 300,
    },
    {
      id: "endpoint-resets",
      section,
      description:
        "The service resets many connections of its endpoints: idle connections without keep-alive below 350 s, or targets that close them",
      metrics: { resets: metric("RstPacketsSent", "Sum") },
      periodSeconds: 300,
      threshold: events(observability.thresholds.resetPackets),
    },
  ];
}

/** Source: NLB guide, "CloudWatch metrics for your Network Load Balancer". */
function networkLoadBalancer({ observability, privatelink }: Environment, resources: WatchedResources): Watch[] {
  const { availabilityZones, nlbArnSuffix, nlbTargetGroups } = resources;
  const metric = (name: string, statistic: string, dimensions: Record<string, string> = {}): Metric => ({
    namespace: "AWS/NetworkELB",
    name,
    dimensions: { LoadBalancer: nlbArnSuffix, ...dimensions },
    statistic,
  });
  const section = "Network Load Balancer";
  const { thresholds } = observability;

  // An ALB as target is not counted among the healthy hosts: the alarm would never have data.
  const healthyHosts: Watch[] =
    privatelink.albTargetMode === "alb-target"
      ? []
      : nlbTargetGroups.flatMap(({ arnSuffix, port }) =>
          availabilityZones.map((zone, index) => ({
            id: `nlb-healthy-hosts-${port}-zone-${index + 1}`,
            section,
            description: `Port ${port}: no healthy ALB address in zone ${index + 1}; consumers there are cut off unless cross-zone load balancing is on`,
            metrics: {
              healthy: metric("HealthyHostCount", "Minimum", { TargetGroup: arnSuffix, AvailabilityZone: zone }),
            },
            periodSeconds: 60,
            threshold: { fires: "below", value: 1, periods: 3, missingData: "breaching" },
          })),
        );

  return [
    ...healthyHosts,
    {
      id: "nlb-port-allocation-errors",
      section,
      description: "Connections have failed because a target ran out of ports (about 55,000 a target): add targets",
      metrics: { errors: metric("PortAllocationErrorCount", "Sum") },
      periodSeconds: 300,
      threshold: events(thresholds.portAllocationErrors),
    },
    {
      id: "nlb-blocked-flows",
      section,
      description:
        "The NLB's security group refuses flows: a consumer's addresses are missing in consumerCidrs, or a scan",
      metrics: { blocked: metric("SecurityGroupBlockedFlowCount_Inbound_TCP", "Sum") },
      periodSeconds: 300,
      threshold: events(thresholds.blockedFlows),
    },
    {
      id: "nlb-flows",
      section,
      description: "Active and new flows",
      metrics: { active: metric("ActiveFlowCount", "Maximum"), started: metric("NewFlowCount", "Sum") },
      periodSeconds: 300,
    },
    {
      id: "nlb-resets",
      section,
      description: "Connections reset by clients, by the NLB and by targets",
      metrics: {
        clients: metric("TCP_Client_Reset_Count", "Sum"),
        nlb: metric("TCP_ELB_Reset_Count", "Sum"),
        targets: metric("TCP_Target_Reset_Count", "Sum"),
      },
      periodSeconds: 300,
    },
  ];
}

/** What each metric counts: lambda/alb-ip-sync/metric-names.ts. */
function synchronisation(
  { privatelink }: Environment,
  { nlbTargetGroups, syncFunctionName }: WatchedResources,
): Watch[] {
  if (syncFunctionName === undefined) return [];
  const { minimumHealthyTargets } = privatelink.sync;
  const lambda = (name: string, statistic: string): Metric => ({
    namespace: "AWS/Lambda",
    name,
    dimensions: { FunctionName: syncFunctionName },
    statistic,
  });
  const run = ({ name }: { readonly name: string }, statistic: string): Metric => ({
    namespace: METRIC_NAMESPACE,
    name,
    dimensions: { [FUNCTION_DIMENSION]: syncFunctionName },
    statistic,
  });
  const section = "Target synchronisation";
  return [
    {
      id: "sync-errors",
      section,
      description:
        "The sync function fails: see its log group; targets are no longer kept equal to the ALB's addresses",
      metrics: { errors: lambda("Errors", "Sum"), throttles: lambda("Throttles", "Sum") },
      periodSeconds: 60,
      threshold: { fires: "above", value: 0, periods: 3, missingData: "notBreaching" },
    },
    {
      id: "sync-success",
      section,
      description: "No run of the sync function has succeeded for 5 minutes: schedule, permissions or AWS APIs",
      metrics: { succeeded: run(RUN_METRICS.success, "Sum"), failures: run(RUN_METRICS.failures, "Sum") },
      periodSeconds: 300,
      threshold: { fires: "below", value: 1, periods: 1, missingData: "breaching" },
    },
    ...nlbTargetGroups.flatMap(({ arnSuffix, port }): Watch[] => {
      const group = ({ name }: { readonly name: string }, statistic: string): Metric => ({
        namespace: METRIC_NAMESPACE,
        name,
        dimensions: { [FUNCTION_DIMENSION]: syncFunctionName, [TARGET_GROUP_DIMENSION]: arnSuffix },
        statistic,
      });
      return [
        {
          id: `sync-drift-${port}`,
          section,
          description: `Port ${port}: for 10 minutes the targets have differed from the ALB's addresses; the log says which guard keeps what`,
          metrics: { drift: group(TARGET_GROUP_METRICS.driftSeconds, "Maximum") },
          periodSeconds: 60,
          threshold: { fires: "above", value: 600, periods: 1, missingData: "notBreaching" },
        },
        {
          id: `sync-refusals-${port}`,
          section,
          description: `Port ${port}: a guard kept a target, or did not let an address in; the log says which and why`,
          metrics: { refusals: group(TARGET_GROUP_METRICS.refusals, "Sum") },
          periodSeconds: 60,
          threshold: { fires: "above", value: 0, periods: 1, missingData: "notBreaching" },
        },
        {
          id: `sync-healthy-targets-${port}`,
          section,
          description: `Port ${port}: fewer healthy targets than privatelink.sync.minimumHealthyTargets`,
          metrics: { healthy: group(TARGET_GROUP_METRICS.targetsHealthy, "Minimum") },
          periodSeconds: 60,
          threshold: { fires: "below", value: minimumHealthyTargets, periods: 3, missingData: "breaching" },
        },
        {
          id: `sync-targets-${port}`,
          section,
          description: `Port ${port}: addresses wanted, targets registered and kept unconfirmed, changes`,
          metrics: {
            wanted: group(TARGET_GROUP_METRICS.targetsWanted, "Maximum"),
            registered: group(TARGET_GROUP_METRICS.targetsRegistered, "Maximum"),
            unconfirmed: group(TARGET_GROUP_METRICS.unconfirmedTargets, "Maximum"),
            registrations: group(TARGET_GROUP_METRICS.registrations, "Sum"),
            deregistrations: group(TARGET_GROUP_METRICS.deregistrations, "Sum"),
          },
          periodSeconds: 60,
        },
      ];
    }),
  ];
}

/** Source: ALB guide, "CloudWatch metrics for your Application Load Balancer". */
function applicationLoadBalancer({ observability }: Environment, resources: WatchedResources): Watch[] {
  const { albArnSuffix, albTargetGroupArnSuffix, availabilityZones } = resources;
  const metric = (name: string, statistic: string, dimensions: Record<string, string> = {}): Metric => ({
    namespace: "AWS/ApplicationELB",
    name,
    dimensions: { LoadBalancer: albArnSuffix, ...dimensions },
    statistic,
  });
  const targetGroup = { TargetGroup: albTargetGroupArnSuffix };
  const section = "Application Load Balancer";
  const { thresholds } = observability;
  return [
    {
      id: "alb-healthy-hosts",
      section,
      description: "No task is healthy: the application is down",
      metrics: { healthy: metric("HealthyHostCount", "Minimum", targetGroup) },
      periodSeconds: 60,
      threshold: { fires: "below", value: 1, periods: 3, missingData: "breaching" },
    },
    {
      id: "alb-healthy-hosts-by-zone",
      section,
      description: "Healthy tasks in each zone",
      metrics: Object.fromEntries(
        availabilityZones.map((zone, index) => [
          `zone${index + 1}`,
          { ...metric("HealthyHostCount", "Minimum", { ...targetGroup, AvailabilityZone: zone }), label: zone },
        ]),
      ),
      periodSeconds: 60,
    },
    {
      id: "alb-5xx",
      section,
      description: "Share of 5xx answers of ALB and application, in percent: see access logs and task logs",
      metrics: {
        requests: metric("RequestCount", "Sum"),
        alb: metric("HTTPCode_ELB_5XX_Count", "Sum"),
        application: metric("HTTPCode_Target_5XX_Count", "Sum"),
      },
      // An answer that the ALB gives for want of a target counts as no request.
      expression: "100 * (FILL(alb, 0) + FILL(application, 0)) / (FILL(requests, 0) + FILL(alb, 0))",
      periodSeconds: 300,
      threshold: above(thresholds.alb5xxPercent, 1),
    },
    {
      id: "alb-latency",
      section,
      description: "99th percentile of the application's response time, in seconds",
      metrics: { latency: metric("TargetResponseTime", "p99") },
      periodSeconds: 300,
      threshold: above(thresholds.latencyP99Milliseconds / 1000, 3),
    },
  ];
}

/** Source: Amazon ECS, "Container Insights metrics". */
function ecsService({ clusterName, serviceName }: WatchedResources): Watch[] {
  const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
  const count = (name: string, statistic: string): Metric => ({
    namespace: "ECS/ContainerInsights",
    name,
    dimensions,
    statistic,
  });
  const use = (name: string): Metric => ({ namespace: "AWS/ECS", name, dimensions, statistic: "Average" });
  const section = "ECS service";
  return [
    {
      id: "ecs-missing-tasks",
      section,
      description: "For 15 minutes fewer tasks have been running than desired: see the service's events",
      metrics: { desired: count("DesiredTaskCount", "Average"), running: count("RunningTaskCount", "Average") },
      expression: "desired - running",
      periodSeconds: 300,
      threshold: { fires: "above", value: 0, periods: 3, missingData: "breaching" },
    },
    {
      id: "ecs-utilization",
      section,
      description: "CPU and memory of the tasks, in percent of what they reserve",
      metrics: { cpu: use("CPUUtilization"), memory: use("MemoryUtilization") },
      periodSeconds: 300,
    },
  ];
}

/** Source: Amazon RDS guide, "Amazon CloudWatch metrics for Amazon RDS". */
function database({ observability }: Environment, { databaseIdentifier }: WatchedResources): Watch[] {
  const metric = (name: string, statistic: string): Metric => ({
    namespace: "AWS/RDS",
    name,
    dimensions: { DBInstanceIdentifier: databaseIdentifier },
    statistic,
  });
  const section = "Database";
  const { thresholds } = observability;
  return [
    {
      id: "database-cpu",
      section,
      description: "CPU of the database, in percent: see Performance Insights",
      metrics: { cpu: metric("CPUUtilization", "Average") },
      periodSeconds: 300,
      threshold: above(thresholds.databaseCpuPercent, 3),
    },
    {
      id: "database-free-storage",
      section,
      description: "Free storage of the database is low, in bytes: storage autoscaling has reached its limit or waits",
      metrics: { free: metric("FreeStorageSpace", "Minimum") },
      periodSeconds: 300,
      threshold: {
        fires: "below",
        value: thresholds.databaseFreeStorageGib * GIB,
        periods: 1,
        missingData: "breaching",
      },
    },
    {
      id: "database-connections",
      section,
      description: "Open connections of the database",
      metrics: { connections: metric("DatabaseConnections", "Maximum") },
      periodSeconds: 300,
      threshold: above(thresholds.databaseConnections, 3),
    },
    {
      id: "database-latency",
      section,
      description: "Read and write latency of the database, in seconds",
      metrics: { read: metric("ReadLatency", "Average"), write: metric("WriteLatency", "Average") },
      periodSeconds: 300,
    },
  ];
}

/** Source: Amazon EFS guide, "CloudWatch metrics for Amazon EFS". */
function fileSystem({ observability }: Environment, { fileSystemId }: WatchedResources): Watch[] {
  const metric = (name: string, statistic: string): Metric => ({
    namespace: "AWS/EFS",
    name,
    dimensions: { FileSystemId: fileSystemId },
    statistic,
  });
  const section = "File system";
  return [
    {
      id: "file-system-io-limit",
      section,
      description: "The file system nears its I/O limit, in percent: elastic throughput, or fewer small operations",
      metrics: { io: metric("PercentIOLimit", "Maximum") },
      periodSeconds: 300,
      threshold: above(observability.thresholds.fileSystemIoPercent, 3),
    },
    {
      id: "file-system-use",
      section,
      description: "Client connections and bytes of the file system",
      metrics: { clients: metric("ClientConnections", "Sum"), bytes: metric("TotalIOBytes", "Sum") },
      periodSeconds: 300,
    },
  ];
}

/** A level that may be held but not passed; a source without data is in order. */
const above = (value: number, periods: number): Threshold => ({
  fires: "above",
  value,
  periods,
  missingData: "notBreaching",
});

/** A number of events in one period that is too many; a source without data is in order. */
const events = (value: number): Threshold => ({ fires: "atOrAbove", value, periods: 1, missingData: "notBreaching" });
