/** One listener port of the ALB, and the NLB target group that must hold the ALB's addresses on that port. */
export interface Mapping {
  readonly listenerPort: number;
  readonly targetGroupArn: string;
}

/**
 * What EC2 answered in this run: every page of it, or nothing. The value of an address is the time at which its
 * interface was attached, in milliseconds since the epoch; 0 where EC2 does not say.
 */
export type InterfaceEvidence =
  | {
      readonly status: "known";
      /** Attached network interfaces of this ALB. */
      readonly present: ReadonlyMap<string, number>;
      /** Addresses in doubt that another interface in the ALB's subnets holds. */
      readonly foreign: ReadonlyMap<string, number>;
    }
  | { readonly status: "failed" };

/**
 * What DNS answered. `complete`: fewer addresses than fit into one answer, so that these are all. `sampled`: full
 * answers that differ, each a sample of more addresses. `partial`: nothing follows from absence.
 */
export type DnsEvidence =
  | {
      readonly status: "complete" | "sampled" | "partial";
      readonly listed: ReadonlySet<string>;
      /** Answers that were given. */
      readonly answers: number;
      /** When the answers left the authoritative server, in milliseconds since the epoch. */
      readonly asOf: number;
      /** It denies half of what the other witnesses show: to be believed later. */
      readonly isBold?: true;
    }
  | { readonly status: "failed" };

/** State of `DescribeTargetHealth`, e.g. `initial`, `healthy`, `unhealthy`, `unused`, `draining`. */
export interface Target {
  readonly address: string;
  readonly port: number;
  readonly state: string;
}

export const isDraining = ({ state }: Target): boolean => state === "draining";
export const isHealthy = ({ state }: Target): boolean => state === "healthy";
export const isUnhealthy = ({ state }: Target): boolean => state.startsWith("unhealthy");
