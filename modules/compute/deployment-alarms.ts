import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { deploymentAlarm } from "../../config/deployment-alarms";
import type { DeploymentOptions } from "../../config/schema/deployment";

export interface DeploymentAlarmsProps {
  /** Name of the service, with which the alarms' names begin. */
  readonly serviceName: string;
  readonly options: DeploymentOptions["rollbackAlarms"];
  /** `app/<name>/<id>`. */
  readonly loadBalancerArnSuffix: string;
  /** `targetgroup/<name>/<id>`. */
  readonly targetGroupArnSuffix: string;
}

/** Requests in a minute below which a share of errors says nothing. */
const MINIMUM_REQUESTS = 20;

/**
 * Alarms that ECS watches while it deploys a service: they look at its own target group by the minute, and notify no one,
 * since a roll-back is what they are for. Source: Amazon ECS Developer Guide, "How CloudWatch alarms detect Amazon ECS
 * deployment failures".
 */
export class DeploymentAlarms extends Construct {
  /** Names of all alarms that roll a deployment back; empty where none does. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, { options, serviceName, ...props }: DeploymentAlarmsProps) {
    super(scope, id);
    const { alarmNames, latencyP99Milliseconds, server5xxPercent } = options;
    const dimensions = { LoadBalancer: props.loadBalancerArnSuffix, TargetGroup: props.targetGroupArnSuffix };
    const namespace = "AWS/ApplicationELB";
    const common = {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: "notBreaching",
    };
    const sum = (queryId: string, metricName: string) => ({
      id: queryId,
      metric: { namespace, metricName, dimensions, period: 60, stat: "Sum" },
    });
    const errorsName = deploymentAlarm(serviceName, "5xx");
    const latencyName = deploymentAlarm(serviceName, "latency");
    const errors =
      server5xxPercent === undefined
        ? []
        : new CloudwatchMetricAlarm(this, "5xx", {
            ...common,
            alarmName: errorsName,
            alarmDescription: `More than ${server5xxPercent} % of the answers of ${serviceName} are 5xx. During a deployment, ECS rolls it back`,
            threshold: server5xxPercent,
            metricQuery: [
              sum("requests", "RequestCount"),
              sum("errors", "HTTPCode_Target_5XX_Count"),
              {
                id: "share",
                label: "share of 5xx in percent",
                expression: `IF(requests >= ${MINIMUM_REQUESTS}, 100 * FILL(errors, 0) / requests, 0)`,
                returnData: true,
              },
            ],
            tags: { Name: errorsName },
          });
    const latency =
      latencyP99Milliseconds === undefined
        ? []
        : new CloudwatchMetricAlarm(this, "latency", {
            ...common,
            alarmName: latencyName,
            alarmDescription: `${serviceName} answers slower than in ${latencyP99Milliseconds} ms (99th percentile). During a deployment, ECS rolls it back`,
            threshold: latencyP99Milliseconds / 1000,
            namespace,
            metricName: "TargetResponseTime",
            dimensions,
            period: 60,
            extendedStatistic: "p99",
            tags: { Name: latencyName },
          });
    this.names = [...[errors, latency].flat().map(({ alarmName }) => alarmName), ...alarmNames];
  }
}
