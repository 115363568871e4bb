import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingScheduledAction } from "@cdktf/provider-aws/lib/appautoscaling-scheduled-action";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { Construct } from "constructs";
import type { ScheduleOptions } from "../../config/schema/scaling";

/** How many tasks a service has, and what decides. */
export interface Scaling {
  readonly minimum: number;
  readonly maximum: number;
  /** Average of the tasks that is kept, in percent. @default CPU scales nothing */
  readonly targetCpuPercent?: number;
  /** @default memory scales nothing */
  readonly targetMemoryPercent?: number;
  /** Requests for each task and minute. @default requests scale nothing */
  readonly targetRequestsPerTask?: number;
  /** Times from which on other bounds hold. @default always the same bounds */
  readonly schedules?: ScheduleOptions;
}

export interface ScalingProps {
  readonly clusterName: string;
  readonly serviceName: string;
  /** `app/<name>/<id>/targetgroup/<name>/<id>`; only of a service behind the ALB. */
  readonly requestLabel?: string;
  readonly tasks: Scaling;
}

/**
 * Scales a service by what is given; of several targets, the one that needs most tasks decides.
 * Source: Application Auto Scaling User Guide, "Amazon ECS and Application Auto Scaling".
 *
 * @returns the target, for policies of other kinds
 */
export function addScaling(scope: Construct, { clusterName, requestLabel, serviceName, tasks }: ScalingProps) {
  const schedules = Object.entries(tasks.schedules ?? {});
  const target = new AppautoscalingTarget(scope, "scaling-target", {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${clusterName}/${serviceName}`,
    minCapacity: tasks.minimum,
    maxCapacity: tasks.maximum,
    // A scheduled action changes the bounds of the target itself.
    ...(schedules.length > 0 && { lifecycle: { ignoreChanges: ["min_capacity", "max_capacity"] } }),
  });
  const scaled = {
    serviceNamespace: target.serviceNamespace,
    scalableDimension: target.scalableDimension,
    resourceId: target.resourceId,
  };
  const keep = (name: string, targetValue: number | undefined, predefinedMetricType: string, resourceLabel?: string) =>
    targetValue === undefined
      ? undefined
      : new AppautoscalingPolicy(scope, `${name}-policy`, {
          name,
          policyType: "TargetTrackingScaling",
          ...scaled,
          targetTrackingScalingPolicyConfiguration: {
            targetValue,
            predefinedMetricSpecification: { predefinedMetricType, ...(resourceLabel ? { resourceLabel } : {}) },
            scaleOutCooldown: 60,
            scaleInCooldown: 300,
          },
        });
  keep("cpu", tasks.targetCpuPercent, "ECSServiceAverageCPUUtilization");
  keep("memory", tasks.targetMemoryPercent, "ECSServiceAverageMemoryUtilization");
  if (requestLabel) keep("requests", tasks.targetRequestsPerTask, "ALBRequestCountPerTarget", requestLabel);
  for (const [name, { maximumTasks, minimumTasks, schedule, timeZone }] of schedules) {
    new AppautoscalingScheduledAction(scope, `schedule-${name}`, {
      name,
      ...scaled,
      schedule,
      timezone: timeZone,
      scalableTargetAction: { minCapacity: String(minimumTasks), maxCapacity: String(maximumTasks) },
    });
  }
  return target;
}
