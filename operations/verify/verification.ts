import { alarmItems } from "./alarms";
import { backupItems } from "./backup";
import { type Check, lookAt } from "./check";
import { clusterItems } from "./cluster";
import { consumerItems } from "./consumer";
import { dataKeyItems } from "./data-key";
import { databaseItems } from "./database";
import { egressItems } from "./egress";
import { endpointServiceItems } from "./endpoint-service";
import { fileSystemItems } from "./file-system";
import { jobItems } from "./jobs";
import { networkItems } from "./network";
import { nlbTargetItems } from "./nlb-targets";
import { registryCredentialsItems } from "./registry-credentials";
import { requestLimitItems } from "./request-limits";
import { serviceItems } from "./service";
import { serviceConsumerItems } from "./service-consumers";
import { stateItems } from "./state";
import { staticAssetsItems } from "./static-assets";
import { syncLambdaItems } from "./sync-lambda";
import type { Target } from "./target";
import { workloadItems } from "./workloads";

/** In the order of the stacks, and of the request's path in each of them. */
const ITEMS = [
  stateItems,
  networkItems,
  egressItems,
  dataKeyItems,
  databaseItems,
  backupItems,
  fileSystemItems,
  staticAssetsItems,
  clusterItems,
  registryCredentialsItems,
  serviceItems,
  requestLimitItems,
  workloadItems,
  jobItems,
  nlbTargetItems,
  syncLambdaItems,
  endpointServiceItems,
  serviceConsumerItems,
  alarmItems,
];

/** Checks the pattern item by item, all at once. Reads only, and no secret. */
export function verify(target: Target): Promise<Check[]> {
  return lookAt([
    ...ITEMS.flatMap((items) => items(target)),
    ...target.consumers.flatMap((consumer) => consumerItems(target, consumer)),
  ]);
}
