import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import type { Construct } from "constructs";
import { clientCertificates } from "../config/derive";
import type { Environment } from "../config/schema";
import { jobs, sendsTo, services, type Workload, workers, workloadId } from "../config/workloads";
import type { ApplicationLoadBalancer } from "../modules/compute/application-load-balancer";
import type { ContainerImage } from "../modules/compute/container-image";
import type { ServiceSurroundings } from "../modules/compute/service";
import type { TaskPart } from "../modules/compute/task-parts";
import { FurtherService } from "../modules/workloads/further-service";
import { Job } from "../modules/workloads/job";
import { sends } from "../modules/workloads/queue";
import { Worker } from "../modules/workloads/worker";
import type { TaskAccess, WorkloadSurroundings } from "../modules/workloads/workload-task";

export interface WorkloadsProps {
  readonly environment: Environment;
  readonly surroundings: WorkloadSurroundings & ServiceSurroundings;
  readonly imageOf: (workload: Workload) => ContainerImage;
  /** Where a workload's tasks run, in the place of where the others do. */
  readonly placementOf: (workload: Workload) => Pick<ServiceSurroundings, "capacityProviderStrategy" | "launchType">;
  readonly accessOf: (workload: Workload) => TaskAccess;
}

/** The workers of an environment, first of all: others send to their queues. */
export const addWorkers = (
  scope: Construct,
  { accessOf, environment, imageOf, placementOf, surroundings }: WorkloadsProps,
): Worker[] =>
  workers(environment).map(
    (worker) =>
      new Worker(scope, workloadId(worker), {
        ...surroundings,
        ...placementOf(worker),
        worker,
        image: imageOf(worker),
        access: accessOf(worker),
      }),
  );

/** What the application, or a workload by its name, needs to send to queues of workers. */
export const sendingParts = (environment: Environment, sender: string, all: readonly Worker[]): TaskPart[] => {
  const names = sendsTo(environment, sender);
  return all.flatMap(({ name, queue }) => (names.includes(name) ? [sends(name, queue, environment.region)] : []));
};

/** The services of an environment beside the application, behind its ALB. */
export const addServices = (
  scope: Construct,
  { accessOf, environment, imageOf, placementOf, surroundings }: WorkloadsProps,
  loadBalancer: ApplicationLoadBalancer,
  queues: readonly Worker[],
): FurtherService[] =>
  services(environment).map(
    (service) =>
      new FurtherService(scope, workloadId(service), {
        ...surroundings,
        ...placementOf(service),
        service,
        image: imageOf(service),
        access: accessOf(service),
        loadBalancer,
        idleTimeoutSeconds: environment.compute.loadBalancer.idleTimeoutSeconds,
        mutualTls: clientCertificates(environment),
        parts: sendingParts(environment, service.name, queues),
      }),
  );

/** The jobs of an environment, and the group of their schedules where one has a schedule. */
export function addJobs(
  scope: Construct,
  { accessOf, environment, imageOf, placementOf, surroundings }: WorkloadsProps,
  queues: readonly Worker[],
): { readonly jobs: Job[]; readonly schedules?: SchedulerScheduleGroup } {
  const all = jobs(environment);
  const schedules = all.some(({ options }) => options.schedule !== undefined)
    ? new SchedulerScheduleGroup(scope, "schedules", { name: surroundings.prefix })
    : undefined;
  return {
    jobs: all.map(
      (job) =>
        new Job(scope, workloadId(job), {
          ...surroundings,
          ...placementOf(job),
          job,
          image: imageOf(job),
          access: accessOf(job),
          parts: sendingParts(environment, job.name, queues),
          scheduleGroup: schedules,
        }),
    ),
    ...(schedules ? { schedules } : {}),
  };
}
