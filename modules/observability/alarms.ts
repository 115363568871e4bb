import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import { entryOf, firstCommand } from "./first-command";
import type { Metric, Monitor, Threshold } from "./monitor";
import { alarmName } from "./monitors";

const OPERATORS: Record<Threshold["fires"], string> = {
  above: "GreaterThanThreshold",
  atOrAbove: "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
};

export interface AlarmsProps {
  readonly environment: Environment;
  readonly monitors: readonly Monitor[];
  readonly topicArn: string;
}

/** One CloudWatch alarm per monitor that has a threshold; it tells the topic when it fires and when it is over. */
export class Alarms extends Construct {
  /** By the monitor's id. */
  readonly alarms: ReadonlyMap<string, CloudwatchMetricAlarm>;

  constructor(scope: Construct, id: string, { environment, topicArn, monitors }: AlarmsProps) {
    super(scope, id);
    this.alarms = new Map(
      monitors.flatMap((monitor) => {
        if (monitor.threshold === undefined) return [];
        const { fires, missingData, periods, value } = monitor.threshold;
        const name = alarmName(environment, monitor);
        const alarm = new CloudwatchMetricAlarm(this, monitor.id, {
          alarmName: name,
          alarmDescription: description(environment, monitor),
          ...subject(monitor),
          comparisonOperator: OPERATORS[fires],
          threshold: value,
          evaluationPeriods: periods,
          datapointsToAlarm: periods,
          treatMissingData: missingData,
          alarmActions: [topicArn],
          okActions: [topicArn],
          tags: { Name: name },
        });
        return [[monitor.id, alarm]];
      }),
    );
  }
}

/** Meaning, first command and address of the runbook: the notification that an engineer on call reads. */
function description(environment: Environment, monitor: Monitor): string {
  const { runbookUrl } = environment.observability;
  const parts = [monitor.description, `First: ${firstCommand(environment, monitor)}`];
  return [...parts, ...(runbookUrl === undefined ? [] : [`Runbook: ${runbookUrl}#${entryOf(monitor)}`])].join(". ");
}

/** What the alarm compares: the result of the expression, else the first metric. */
function subject({ expression, metrics, periodSeconds }: Monitor) {
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
