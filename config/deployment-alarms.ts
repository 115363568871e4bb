import { resourcePrefix } from "./derive";
import type { Environment } from "./schema";
import type { DeploymentOptions } from "./schema/deployment";
import { services, workloadPrefix } from "./workloads";

/** Name of an alarm that rolls deployments of a service back. */
export const deploymentAlarm = (serviceName: string, what: "5xx" | "latency"): string =>
  `${serviceName}-deployment-${what}`;

/** Services behind the ALB: each name in ECS, and how it is deployed. */
export const deployedServices = (
  environment: Environment,
): { readonly serviceName: string; readonly deployment: DeploymentOptions }[] => [
  { serviceName: `${resourcePrefix(environment)}-app`, deployment: environment.application.deployment },
  ...services(environment).map((service) => ({
    serviceName: workloadPrefix(environment, service),
    deployment: service.options.deployment,
  })),
];

/** Whether any alarm rolls deployments back, so that ECS watches them for some minutes after the last task has started. */
export const isWatched = ({ rollbackAlarms }: DeploymentOptions): boolean =>
  rollbackAlarms.server5xxPercent !== undefined ||
  rollbackAlarms.latencyP99Milliseconds !== undefined ||
  rollbackAlarms.alarmNames.length > 0;

/** Names of the alarms that are created to roll deployments back. */
export const deploymentAlarmNames = (environment: Environment): string[] =>
  deployedServices(environment).flatMap(({ deployment, serviceName }) => [
    ...(deployment.rollbackAlarms.server5xxPercent === undefined ? [] : [deploymentAlarm(serviceName, "5xx")]),
    ...(deployment.rollbackAlarms.latencyP99Milliseconds === undefined
      ? []
      : [deploymentAlarm(serviceName, "latency")]),
  ]);
