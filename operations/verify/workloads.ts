import { ECSClient } from "@aws-sdk/client-ecs";
import { isWatched } from "../../config/deployment-alarms";
import { resourcePrefix } from "../../config/derive";
import { services, workers, workloadId, workloadPrefix } from "../../config/workloads";
import type { Item } from "./check";
import { completeness, newestRevision, runsRevision, settledService } from "./rollout";
import type { Target } from "./target";

/** Each service and worker beside the application: as many tasks as wanted, of the newest revision, and a deployment that is complete. */
export function workloadItems({ clientOptions, environment }: Target): Item[] {
  const ecs = new ECSClient(clientOptions);
  const cluster = resourcePrefix(environment);
  const all = [
    ...services(environment).map((each) => ({ workload: each, watched: isWatched(each.options.deployment) })),
    ...workers(environment).map((each) => ({ workload: each, watched: false })),
  ];
  return all.flatMap(({ watched, workload }): Item[] => {
    const name = workloadPrefix(environment, workload);
    const service = () => settledService(ecs, { cluster, service: name, watched });
    const next = `see the service's events: aws ecs describe-services --cluster ${cluster} --services ${name}; its log: npx ecs-privatelink logs ${workloadId(workload)} --env ${environment.name}`;
    const what = `${workload.kind} ${workload.name}`;
    return [
      {
        item: `${what} runs the tasks it should, and its deployment is complete`,
        next,
        look: async () => completeness(await service()),
      },
      {
        item: `${what} runs its newest revision: no deployment was rolled back`,
        next,
        async look() {
          const found = await service();
          return runsRevision(found, await newestRevision(ecs, found), workload.options.image.ownedBy);
        },
      },
    ];
  });
}
