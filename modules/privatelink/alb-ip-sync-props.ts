/** The ALB whose addresses are followed. */
export interface AlbIpSyncLoadBalancer {
  /** `app/<name>/<id>`: end of its ARN, and of the description of its network interfaces. */
  readonly arnSuffix: string;
  readonly dnsName: string;
  readonly subnetIds: readonly string[];
  /** Blocks of these subnets; no address outside them becomes a target. */
  readonly subnetCidrs: readonly string[];
}

/** An NLB target group of type `ip`, and the ALB listener port its targets have. */
export interface AlbIpSyncMapping {
  /** Unique among the mappings; part of construct ids, e.g. the port of the NLB. */
  readonly id: string;
  readonly listenerPort: number;
  readonly targetGroupArn: string;
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
  /**
   * Go on looking at DNS every ten seconds between two runs, and act on what it shows. The function then runs for most of
   * each minute. @default true
   */
  readonly watch?: boolean;
  /** Runs that a target without interface is kept which is not healthy, while DNS lists it or can't be asked. @default 3 */
  readonly maximumUnconfirmedRuns?: number;
  /** Share of the targets that one run may deregister without three witnesses against them, in percent. @default 50 */
  readonly maximumDeregistrationSharePercent?: number;
  /** Healthy targets that stay in any case, unless another interface has their address. @default 1 */
  readonly minimumHealthyTargets?: number;
  /** Decide, log and publish metrics, but change no target. The role then lacks the permission to. @default false */
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
   * Reserve concurrency: 1 for the schedule's run, with `watch` also 1 for one by hand or by Terraform beside it. Runs side
   * by side stay correct without: what they do can be done twice, and their writes are conditional. Refused where the
   * account's quota leaves nothing to reserve, as in new accounts. @default false
   */
  readonly reserveConcurrency?: boolean;
  /**
   * Path inside the project of the zip file made by `npx ecs-privatelink build-lambda`, for runs that plan and apply in different places.
   * @default - Terraform's archive provider zips the bundle
   */
  readonly prebuiltPackage?: string;
}

/** @throws Error that says what is wrong and what to give */
export function validateAlbIpSync({ mappings, loadBalancer }: AlbIpSyncProps): void {
  if (mappings.length === 0) throw new Error("mappings is empty: give at least one target group");
  if (new Set(mappings.map(({ targetGroupArn }) => targetGroupArn)).size < mappings.length) {
    throw new Error("mappings names a target group twice: give each target group one listener port");
  }
  if (loadBalancer.subnetIds.length === 0 || loadBalancer.subnetCidrs.length === 0) {
    throw new Error("loadBalancer has no subnets: give their ids and their blocks");
  }
}
