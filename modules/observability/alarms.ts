import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { Metric, Threshold, Watch } from "./watch";
import { alarmName } from "./watches";

const OPERATORS: Record<Threshold["fires"], string> = {
  above: "GreaterThanThreshold",
  atOrAbove: "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
};

export interface AlarmsProps {
  readonly environment: Environment;
  readonly watches: readonly Watch[];
  readonly topicArn: string;
}

/** One CloudWatch alarm per watch that has a threshold; it tells the topic when it fires and when it is over. */
export class Alarms extends Construct {
  /** By the watch's id. */
  readonly alarms: ReadonlyMap<string, CloudwatchMetricAlarm>;

  constructor(scope: Construct, id: string, { environment, topicArn, watches }: AlarmsProps) {
    super(scope, id);
    this.alarms = new Map(
      watches.flatMap((watch) => {
        if (watch.threshold === undefined) return [];
        const { fires, missingData, periods, value } = watch.threshold;
        const name = alarmName(environment, watch);
        const alarm = new CloudwatchMetricAlarm(this, watch.id, {
          alarmName: name,
          alarmDescription: watch.description,
          ...subject(watch),
          comparisonOperator: OPERATORS[fires],
          threshold: value,
          evaluationPeriods: periods,
          datapointsToAlarm: periods,
          treatMissingData: missingData,
          alarmActions: [topicArn],
          okActions: [topicArn],
          tags: { Name: name },
        });
        return [[watch.id, alarm]];
      }),
    );
  }
}

/** What the alarm compares: the result of the expression, else the first metric. */
function subject({ expression, metrics, periodSeconds }: Watch) {
  if (expression === undefined) {
    const [metric] = Object.values(metrics);
    if (!metric) return {};
    const { dimensions, name, namespace } = metric;
    return { namespace, metricName: name, dimensions: { ...dimensions }, period: periodSeconds, ...statistic(metric) };
  }
  const queries: CloudwatchMetricAlarmMetricQuery[] = Object.entries(metrics).map(([id, metric]) => ({
    id,
    metric: {
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: { ...metric.dimensions },
      period: periodSeconds,
      stat: metric.statistic,
    },
  }));
  return { metricQuery: [...queries, { id: "result", expression, label: "result", returnData: true }] };
}

const statistic = ({ statistic }: Metric) =>
  /^p\d/.test(statistic) ? { extendedStatistic: statistic } : { statistic };
