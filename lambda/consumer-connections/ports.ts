import type { Connection, Grants } from "./decide";

/** Everything a run asks of the world. Each call rejects with an `Error` when the world does not answer. */
export interface Ports {
  /** All connections of the service, all pages. */
  connections(): Promise<Connection[]>;
  /** @returns what AWS refused, in words */
  accept(endpointIds: readonly string[]): Promise<string[]>;
  /** @returns what AWS refused, in words */
  reject(endpointIds: readonly string[]): Promise<string[]>;
  /** `revision` makes the next write conditional. */
  readGrants(): Promise<{ readonly grants: Grants; readonly revision: string | undefined }>;
  /** Replaces only the revision that was read. Rejects with `ConcurrentRunError`. */
  writeGrants(grants: Grants, revision: string | undefined): Promise<void>;
  /** RST packets that the service sent to these endpoints in the last five minutes that CloudWatch has. */
  resets(endpointIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Milliseconds since the epoch. */
  now(): number;
}
