import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import type { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { WorkerOptions } from "../../config/workloads";

export interface WorkerScalingProps {
  readonly name: string;
  readonly target: AppautoscalingTarget;
  readonly queueName: string;
  readonly clusterName: string;
  readonly serviceName: string;
  readonly options: WorkerOptions["scale"];
}

/** Messages that wait or are being worked on. */
const backlog = "visible + inFlight";
/** Container Insights has no data of a service whose last task has stopped. */
const running = "FILL(tasks, 0)";

/**
 * Scales a worker by the messages that each of its tasks has before it: as many as it works off within the latency that
 * is acceptable. Metric math needs no function that publishes a metric of its own.
 * Sources: Application Auto Scaling User Guide, "Create a target tracking scaling policy … using metric math"; Amazon EC2
 * Auto Scaling User Guide, "Scaling policy based on Amazon SQS" (acceptable backlog per instance).
 */
export class WorkerScaling extends Construct {
  constructor(scope: Construct, id: string, props: WorkerScalingProps) {
    super(scope, id);
    const { acceptableLatencySeconds, from, secondsPerMessage } = props.options;
    const scaled = {
      serviceNamespace: props.target.serviceNamespace,
      scalableDimension: props.target.scalableDimension,
      resourceId: props.target.resourceId,
    };
    new AppautoscalingPolicy(this, "backlog-policy", {
      ...scaled,
      name: "backlog-per-task",
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: acceptableLatencySeconds / secondsPerMessage,
        customizedMetricSpecification: {
          metrics: [
            ...metrics(props).map(({ dimensions, id, metricName, namespace }) => ({
              id,
              metricStat: {
                metric: {
                  metricName,
                  namespace,
                  dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
                },
                stat: "Average",
              },
              returnData: false,
            })),
            {
              id: "backlogPerTask",
              label: "messages per task",
              expression: `(${backlog}) / IF(${running} < 1, 1, ${running})`,
              returnData: true,
            },
          ],
        },
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    });
    if (from === 0) this.startFirstTask(props, scaled);
  }

  /** Tracking multiplies the tasks there are, which nothing comes of without one: the first message starts the first task. */
  private startFirstTask(
    props: WorkerScalingProps,
    scaled: Pick<AppautoscalingTarget, "resourceId" | "scalableDimension" | "serviceNamespace">,
  ): void {
    const policy = new AppautoscalingPolicy(this, "first-task-policy", {
      ...scaled,
      name: "first-task",
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: {
        adjustmentType: "ChangeInCapacity",
        cooldown: 120,
        metricAggregationType: "Maximum",
        stepAdjustment: [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }],
      },
    });
    new CloudwatchMetricAlarm(this, "first-message", {
      alarmName: `${props.name}-first-message`,
      alarmDescription:
        "Starts the first task of the worker: messages wait, and none runs. Part of scaling; nothing to do",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      metricQuery: [
        ...metrics(props).map(({ dimensions, id, metricName, namespace }) => ({
          id,
          metric: { metricName, namespace, dimensions, period: 60, stat: "Average" },
        })),
        {
          id: "waiting",
          label: "messages without a task",
          expression: `IF(${running} < 1, ${backlog}, 0)`,
          returnData: true,
        },
      ],
      alarmActions: [policy.arn],
      tags: { Name: `${props.name}-first-message` },
    });
  }
}

interface ScalingMetric {
  readonly id: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, string>;
}

const metrics = ({ clusterName, queueName, serviceName }: WorkerScalingProps): ScalingMetric[] => [
  {
    id: "visible",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queueName },
  },
  {
    id: "inFlight",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesNotVisible",
    dimensions: { QueueName: queueName },
  },
  {
    id: "tasks",
    namespace: "ECS/ContainerInsights",
    metricName: "RunningTaskCount",
    dimensions: { ClusterName: clusterName, ServiceName: serviceName },
  },
];
