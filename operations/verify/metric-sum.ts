import { type CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";

/** A metric of CloudWatch, with its dimensions by name. */
export interface SummedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Sum of a metric over the last seconds, a multiple of 60; 0 where there is no data. */
export async function metricSum(
  client: CloudWatchClient,
  { dimensions, name, namespace }: SummedMetric,
  seconds: number,
): Promise<number> {
  const now = Date.now();
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(now - seconds * 1000),
      EndTime: new Date(now),
      Period: seconds,
      Statistics: ["Sum"],
    }),
  );
  return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
}
