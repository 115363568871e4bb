import type { Target } from "./evidence";
import type { History } from "./history";

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** The history as it was read; `revision` makes the next write conditional. */
export interface StoredHistory {
  readonly history: History;
  readonly revision: string | undefined;
}

/** The history in the store cannot be understood; `revision` lets the next write replace it. */
export class UnreadableHistoryError extends Error {
  override readonly name = "UnreadableHistoryError";
  constructor(
    message: string,
    readonly revision: string | undefined,
  ) {
    super(message);
  }
}

/** One DNS answer. */
export interface DnsAnswer {
  readonly addresses: readonly string[];
  /** Time since it left the authoritative server, in milliseconds; 0 from that server itself. */
  readonly age: number;
}

/** Everything a run asks of the world. Each call rejects with an `Error` when the world does not answer. */
export interface Ports {
  /** Addresses of the attached network interfaces of this ALB, all pages, with the time of attachment (0: unknown). */
  albAddresses(): Promise<ReadonlyMap<string, number>>;
  /** Who else in the ALB's subnets holds these addresses, with the time of attachment (0: unknown or not attached). */
  foreignAddresses(addresses: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** One DNS answer for the ALB's name. */
  resolve(): Promise<DnsAnswer>;
  targets(targetGroupArn: string): Promise<Target[]>;
  register(targetGroupArn: string, targets: readonly Address[]): Promise<TargetResult>;
  deregister(targetGroupArn: string, targets: readonly Address[]): Promise<TargetResult>;
  readHistory(): Promise<StoredHistory>;
  /** Replaces only the revision that was read. Rejects with `ConcurrentRunError`. @returns the new revision */
  writeHistory(history: History, revision: string | undefined): Promise<string>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What became of the targets of one call; together the targets that were asked for. */
export interface TargetResult {
  readonly done: readonly Address[];
  readonly failed: readonly (Address & { readonly error: string })[];
}
