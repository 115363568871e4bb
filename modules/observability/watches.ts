import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import type { Watch, WatchedResources } from "./watch";
import { applicationLoadBalancer } from "./watches/application-load-balancer";
import { backup } from "./watches/backup";
import { database } from "./watches/database";
import { ecsService } from "./watches/ecs-service";
import { endpointService } from "./watches/endpoint-service";
import { fileSystem } from "./watches/file-system";
import { networkLoadBalancer } from "./watches/network-load-balancer";
import { synchronisation } from "./watches/synchronisation";

/** Everything that is watched: the only place for alarms and graphs. */
export function watches(environment: Environment, resources: WatchedResources): Watch[] {
  return [
    ...endpointService(environment, resources),
    ...networkLoadBalancer(environment, resources),
    ...synchronisation(environment, resources),
    ...applicationLoadBalancer(environment, resources),
    ...ecsService(resources),
    ...database(environment, resources),
    ...fileSystem(environment, resources),
    ...backup(resources),
  ];
}

/** Name of a watch's alarm. */
export const alarmName = (environment: Environment, { id }: Pick<Watch, "id">): string =>
  `${resourcePrefix(environment)}-${id}`;
