import { table } from "../../engine/table";
import { age, type Connection } from "./connections";
import type { KnownConsumer } from "./service";
import type { Traffic } from "./traffic";

/** What a list shows of each connection. */
export interface Listed extends Connection {
  readonly traffic?: Traffic;
  /** Part of all bytes, 0 to 1; undefined where nothing has passed. */
  readonly share?: number;
  /** Part of the amount to divide. */
  readonly cost?: number;
  /** Cost centres of its consumers. */
  readonly costCentres?: readonly string[];
}

/** Each connection with its traffic, and its part of all bytes and of an amount. */
export function withTraffic(
  connections: readonly Connection[],
  traffic: ReadonlyMap<string, Traffic>,
  amount?: number,
): Listed[] {
  const all = connections.reduce((sum, { endpointId }) => sum + (traffic.get(endpointId)?.bytes ?? 0), 0);
  return connections.map((connection) => {
    const own = traffic.get(connection.endpointId);
    if (own === undefined) return connection;
    const share = all === 0 ? undefined : own.bytes / all;
    return {
      ...connection,
      traffic: own,
      ...(share !== undefined && { share, ...(amount !== undefined && { cost: amount * share }) }),
    };
  });
}

/** The connections with what their consumers are booked on. */
export const withCostCentres = (
  listed: readonly Listed[],
  consumers: Readonly<Record<string, Pick<KnownConsumer, "costCentre">>>,
): Listed[] =>
  listed.map((connection) => ({
    ...connection,
    costCentres: (connection.consumers ?? []).flatMap((name) => consumers[name]?.costCentre ?? []),
  }));

const percent = (share: number | undefined): string => (share === undefined ? "–" : `${(share * 100).toFixed(1)} %`);

/** Aligned columns for a person; those that no row has are left out. */
export function listTable(listed: readonly Listed[], now: Date): string {
  const named = listed.some(({ consumers = [] }) => consumers.length > 0);
  const measured = listed.some(({ traffic }) => traffic !== undefined);
  const divided = listed.some(({ cost }) => cost !== undefined);
  return table(
    [
      "endpoint",
      "owner",
      ...(named ? ["consumer"] : []),
      "state",
      "age",
      "Region",
      "allowed",
      ...(measured ? ["bytes", "new connections", "resets", "share"] : []),
      ...(divided ? ["cost"] : []),
    ],
    listed.map(({ allowed, consumers = [], cost, createdAt, endpointId, owner, region, share, state, traffic }) => [
      endpointId,
      owner,
      ...(named ? [consumers.join(" or ") || "–"] : []),
      state,
      createdAt ? age(createdAt, now) : "–",
      region ?? "–",
      allowed === undefined ? "see organization" : allowed ? "yes" : "no",
      ...(measured
        ? [traffic?.bytes ?? "–", traffic?.newConnections ?? "–", traffic?.resets ?? "–", percent(share)]
        : []),
      ...(divided ? [cost?.toFixed(2) ?? "–"] : []),
    ]),
  );
}

/** One row for each connection, for a spreadsheet: RFC 4180. */
export function csv(listed: readonly Listed[]): string {
  const header = [
    "consumer",
    "cost centre",
    "owner",
    "endpoint",
    "state",
    "region",
    "created",
    "bytes",
    "new connections",
    "resets",
    "share",
    "cost",
  ];
  const rows = listed.map(
    ({ consumers = [], cost, costCentres = [], createdAt, endpointId, owner, region, share, state, traffic }) => [
      consumers.join(" or "),
      costCentres.join(" or "),
      owner,
      endpointId,
      state,
      region,
      createdAt?.toISOString(),
      traffic?.bytes,
      traffic?.newConnections,
      traffic?.resets,
      share?.toFixed(6),
      cost?.toFixed(2),
    ],
  );
  return [header, ...rows].map((row) => row.map(field).join(",")).join("\r\n");
}

/** A text that a spreadsheet would take for a formula is marked as text. Source: OWASP, "CSV Injection". */
function field(value: string | number | undefined): string {
  const text = String(value ?? "").replace(/^[=+\-@]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
