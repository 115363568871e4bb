import { type CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import { timeSpan } from "../../engine/arguments";

/** What passed between an endpoint and the service; undefined where CloudWatch has nothing, e.g. of another Region. */
export interface Traffic {
  readonly bytes: number;
  readonly newConnections: number;
  readonly resets: number;
}

/** From and to, as CloudWatch takes them. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Metric of AWS/PrivateLinkServices by the name that it has here. */
const METRICS = { bytes: "BytesProcessed", newConnections: "NewConnections", resets: "RstPacketsSent" } as const;
const KEYS = Object.keys(METRICS) as (keyof typeof METRICS)[];

/** Metrics in one request. Source: Amazon CloudWatch API Reference, "GetMetricData". */
const MOST_QUERIES = 500;

/** CloudWatch keeps data points of an hour for 455 days. Source: Amazon CloudWatch API Reference, "GetMetricData". */
const KEPT_DAYS = 455;

const DAY_MS = 86_400_000;

/**
 * A time span up to now such as `24h` or `7d`, or a month in UTC such as `2026-10`.
 *
 * @returns what is allowed, for any other text
 */
export function periodOf(text: string, now: Date): Period | string {
  const allowed = `a time span such as 24h or 7d, or a month such as 2026-10, in the last ${KEPT_DAYS} days`;
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  const span = timeSpan(text) ?? 0;
  if (!month && span === 0) return allowed;
  const from = month ? Date.UTC(Number(month[1]), Number(month[2]) - 1) : now.getTime() - span;
  const end = month ? Date.UTC(Number(month[1]), Number(month[2])) : now.getTime();
  const to = Math.min(end, now.getTime());
  return from < to && now.getTime() - from <= KEPT_DAYS * DAY_MS ? { from: new Date(from), to: new Date(to) } : allowed;
}

/**
 * Traffic of each endpoint in a period, by endpoint id. AWS publishes these metrics for every endpoint at no charge, but
 * not for those of other Regions. Source: AWS PrivateLink guide, "CloudWatch metrics for AWS PrivateLink".
 */
export async function readTraffic(
  client: CloudWatchClient,
  serviceId: string,
  endpointIds: readonly string[],
  { from, to }: Period,
): Promise<Map<string, Traffic>> {
  const wanted = endpointIds.flatMap((endpointId) => KEYS.map((key) => ({ endpointId, key })));
  const sums = new Map<string, Partial<Record<keyof Traffic, number>>>();
  for (let first = 0; first < wanted.length; first += MOST_QUERIES) {
    const some = wanted.slice(first, first + MOST_QUERIES);
    const queries = some.map(({ endpointId, key }, index): MetricDataQuery => {
      const Dimensions = [
        { Name: "Service Id", Value: serviceId },
        { Name: "VPC Endpoint Id", Value: endpointId },
      ];
      const Metric = { Namespace: "AWS/PrivateLinkServices", MetricName: METRICS[key], Dimensions };
      // Of any period CloudWatch has data points of an hour.
      return { Id: `m${index}`, MetricStat: { Metric, Period: 3600, Stat: "Sum" } };
    });
    const request = { MetricDataQueries: queries, StartTime: from, EndTime: to };
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, request)) {
      for (const { Id = "", Values = [] } of MetricDataResults) {
        const about = some[Number(Id.slice(1))];
        if (about === undefined || Values.length === 0) continue;
        const { endpointId, key } = about;
        const sum = sums.get(endpointId) ?? {};
        sums.set(endpointId, { ...sum, [key]: (sum[key] ?? 0) + Values.reduce((total, value) => total + value, 0) });
      }
    }
  }
  return new Map(
    [...sums].map(([endpointId, sum]) => [endpointId, { bytes: 0, newConnections: 0, resets: 0, ...sum }]),
  );
}
