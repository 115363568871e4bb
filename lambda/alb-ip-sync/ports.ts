import type { Counters } from "./counters";
import type { Target } from "./decide";

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** Counters as they were read; `revision` makes the next write conditional. */
export interface StoredCounters {
  readonly counters: Counters;
  readonly revision: string | undefined;
}

/** The counters in the store cannot be understood; `revision` lets the next write replace them. */
export class UnreadableCountersError extends Error {
  override readonly name = "UnreadableCountersError";
  constructor(
    message: string,
    readonly revision: string | undefined,
  ) {
    super(message);
  }
}

/** Another run has written the counters since they were read. */
export class ConcurrentRunError extends Error {
  override readonly name = "ConcurrentRunError";
}

/** Everything a run asks of the world. Each call rejects with an `Error` when the world does not answer. */
export interface Ports {
  /** Addresses of the attached network interfaces of this ALB. */
  albAddresses(): Promise<string[]>;
  /** Who else in the ALB's subnets holds these addresses: those that belong to an interface of another owner. */
  foreignAddresses(addresses: readonly string[]): Promise<string[]>;
  /** One DNS answer for the ALB's name. */
  resolve(ipAddressType: "ipv4" | "ipv6"): Promise<string[]>;
  targets(targetGroupArn: string): Promise<Target[]>;
  register(targetGroupArn: string, targets: readonly Address[]): Promise<TargetResult>;
  deregister(targetGroupArn: string, targets: readonly Address[]): Promise<TargetResult>;
  readCounters(): Promise<StoredCounters>;
  /** Replaces only the revision that was read. Rejects with {@link ConcurrentRunError}. */
  writeCounters(counters: Counters, revision: string | undefined): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What became of the targets of one call; together the targets that were asked for. */
export interface TargetResult {
  readonly done: readonly Address[];
  readonly failed: readonly (Address & { readonly error: string })[];
}
