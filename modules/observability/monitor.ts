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

/** When a monitor alarms. */
export interface Threshold {
  readonly fires: "above" | "atOrAbove" | "below";
  readonly value: number;
  /** Periods in a row that must breach. */
  readonly periods: number;
  /** What no data means: `breaching` where a silent source is itself the trouble. */
  readonly missingData: "breaching" | "notBreaching";
}

/** Something that is looked at: a graph of the dashboard and, with a threshold, an alarm. */
export interface Monitor {
  /** Last part of the alarm's name. */
  readonly id: string;
  /** Workload that it is about, by its name; its alarms share one entry of docs/alarms.md. */
  readonly workload?: string;
  /** Consumer whose name the id ends with. */
  readonly consumer?: string;
  /** Row of the dashboard. */
  readonly section: Section;
  /** What it shows; where it alarms, what it means and where to look. */
  readonly description: string;
  /** By metric id (a lower-case word). */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** CloudWatch metric math over the ids; without it, the first metric alarms. Without metrics: a search, which can't alarm. */
  readonly expression?: string;
  readonly periodSeconds: 60 | 300;
  readonly threshold?: Threshold;
}

export const SECTIONS = [
  "Endpoint service",
  "Consumers",
  "Network Load Balancer",
  "Target synchronisation",
  "Application Load Balancer",
  "ECS service",
  "Services",
  "Workers",
  "Jobs",
  "Database",
  "File system",
  "Backup",
] as const;
type Section = (typeof SECTIONS)[number];

/** What is monitored: identifiers as CloudWatch has them in its dimensions. */
export interface MonitoredResources {
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
  /** That of the instances; absent without instances. */
  readonly capacityProviderName?: string;
  /** Beside the application's. */
  readonly services: readonly {
    readonly name: string;
    readonly serviceName: string;
    readonly targetGroupArnSuffix: string;
  }[];
  readonly workers: readonly {
    readonly name: string;
    readonly serviceName: string;
    readonly queueName: string;
    /** Only of a queue that is created here. */
    readonly deadLetterQueueName?: string;
  }[];
  /** Jobs with a schedule. */
  readonly jobs: readonly { readonly name: string; readonly stateMachineArn: string }[];
  /** Of the schedules; absent without one. */
  readonly scheduleGroupName?: string;
  /** Absent without a database of the environment's own. */
  readonly databaseIdentifier?: string;
  /** That of an Aurora cluster. */
  readonly databaseClusterIdentifier?: string;
  /** Absent without a file system of the environment's own. */
  readonly fileSystemId?: string;
  /** Absent without AWS Backup. */
  readonly backupVaultName?: string;
  /** The consumer connections function; absent where no consumer needs it. */
  readonly connectionsFunctionName?: string;
  /** Web ACL with limits of consumers; absent where none has a limit. */
  readonly webAclName?: string;
  /** The sync function; absent in `alb-target` mode. */
  readonly syncFunctionName?: string;
}

/** A level that may be held but not passed; a source without data is in order. */
export const above = (value: number, periods: number): Threshold => ({
  fires: "above",
  value,
  periods,
  missingData: "notBreaching",
});

/** A number of events in one period that is too many; a source without data is in order. */
export const events = (value: number): Threshold => ({
  fires: "atOrAbove",
  value,
  periods: 1,
  missingData: "notBreaching",
});
