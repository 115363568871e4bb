/** The ALB whose addresses are followed. */
export interface AlbIpSyncLoadBalancer {
  /** `app/<name>/<id>`: end of its ARN, and of the description of its network interfaces. */
  readonly arnSuffix: string;
  readonly dnsName: string;
  readonly subnetIds: readonly string[];
  /** IPv4 and IPv6 blocks of these subnets; no address outside them becomes a target. */
  readonly subnetCidrs: readonly string[];
}

/** An NLB target group of type `ip`, and the ALB listener port its targets have. */
export interface AlbIpSyncMapping {
  readonly listenerPort: number;
  readonly targetGroupArn: string;
  /** @default "ipv4" */
  readonly ipAddressType?: "ipv4" | "ipv6";
}

/** Where the function runs if not outside the VPC. */
export interface AlbIpSyncVpc {
  readonly vpcId: string;
  /** They need a way to the APIs of EC2, Elastic Load Balancing and DynamoDB: endpoints or NAT. */
  readonly subnetIds: readonly string[];
}

export interface AlbIpSyncProps {
  readonly prefix: string;
  readonly loadBalancer: AlbIpSyncLoadBalancer;
  readonly mappings: readonly AlbIpSyncMapping[];
  /** Minutes between two runs. @default 1 */
  readonly scheduleMinutes?: number;
  /** Runs that a target without interface is kept while DNS lists its address. @default 3 */
  readonly maximumUnconfirmedRuns?: number;
  /** Share of the targets that one run may deregister on one witness alone, in percent. @default 50 */
  readonly maximumDeregistrationSharePercent?: number;
  /** Healthy targets that a run on one witness alone never goes below. @default 1 */
  readonly minimumHealthyTargets?: number;
  /** Decide, log and measure, but change no target. The role then lacks the permission to. @default false */
  readonly dryRun?: boolean;
  /** Also run on events of load balancer interfaces; needs a CloudTrail trail with management events. @default false */
  readonly quickTrigger?: boolean;
  /** @default - the function runs outside the VPC */
  readonly insideVpc?: AlbIpSyncVpc;
  /** @default "arm64" */
  readonly architecture?: "arm64" | "x86_64";
  /** @default 30 */
  readonly logRetentionDays?: number;
  /** Customer managed key of the log group and the environment variables. @default - keys that AWS owns */
  readonly kmsKeyArn?: string;
  /**
   * Keep runs apart by a reserved concurrency of 1. Without, runs side by side stay correct: what they do can be done
   * twice, and their writes are conditional. @default true
   */
  readonly reserveConcurrency?: boolean;
  /**
   * Path inside the project of the zip file made by `npm run build:lambda`, for runs that plan and apply in different places.
   * @default - Terraform's archive provider zips the bundle
   */
  readonly prebuiltPackage?: string;
}

/** @throws Error that says what is wrong and what to give */
export function validateAlbIpSync({ mappings, scheduleMinutes = 1, loadBalancer }: AlbIpSyncProps): void {
  if (mappings.length === 0) throw new Error("mappings is empty: give at least one target group");
  if (new Set(mappings.map(({ targetGroupArn }) => targetGroupArn)).size < mappings.length) {
    throw new Error("mappings names a target group twice: give each target group one listener port");
  }
  if (!Number.isInteger(scheduleMinutes) || scheduleMinutes < 1 || scheduleMinutes > 60) {
    throw new Error(`scheduleMinutes is ${scheduleMinutes}: give a whole number from 1 to 60`);
  }
  if (loadBalancer.subnetIds.length === 0 || loadBalancer.subnetCidrs.length === 0) {
    throw new Error("loadBalancer has no subnets: give their ids and their blocks");
  }
}
