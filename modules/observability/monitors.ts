import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import type { Monitor, MonitoredResources } from "./monitor";
import { applicationLoadBalancer } from "./monitors/application-load-balancer";
import { backup } from "./monitors/backup";
import { consumerConnections } from "./monitors/consumer-connections";
import { database } from "./monitors/database";
import { ecsService } from "./monitors/ecs-service";
import { endpointService } from "./monitors/endpoint-service";
import { fileSystem } from "./monitors/file-system";
import { jobs } from "./monitors/jobs";
import { networkLoadBalancer } from "./monitors/network-load-balancer";
import { requestLimits } from "./monitors/request-limits";
import { services } from "./monitors/services";
import { synchronisation } from "./monitors/synchronisation";
import { workers } from "./monitors/workers";

/** Everything that is monitored: the only place for alarms and graphs. */
export function monitors(environment: Environment, resources: MonitoredResources): Monitor[] {
  return [
    ...endpointService(environment, resources),
    ...consumerConnections(environment, resources),
    ...requestLimits(environment, resources),
    ...networkLoadBalancer(environment, resources),
    ...synchronisation(environment, resources),
    ...applicationLoadBalancer(environment, resources),
    ...ecsService(resources),
    ...services(resources),
    ...workers(environment, resources),
    ...jobs(resources),
    ...database(environment, resources),
    ...fileSystem(environment, resources),
    ...backup(resources),
  ];
}

/** Name of a monitor's alarm. */
export const alarmName = (environment: Environment, { id }: Pick<Monitor, "id">): string =>
  `${resourcePrefix(environment)}-${id}`;
