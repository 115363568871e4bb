import { createHash } from "node:crypto";
import { imageAddress, resourcePrefix, targetKind } from "./derive";
import { parseEcrImage } from "./ecr";
import type { Path } from "./problem";
import type { Environment } from "./schema";

export type WorkerOptions = Environment["workers"][string];

/** A queue that is created for a worker. */
export type CreatedQueue = NonNullable<WorkerOptions["queue"]["create"]>;

interface Kinds {
  readonly service: Environment["services"][string];
  readonly job: Environment["jobs"][string];
  readonly worker: WorkerOptions;
}

/** What runs beside the application: its section of the file, its size, and how many tasks of it run at most. */
interface WorkloadOf<Kind extends keyof Kinds> {
  readonly kind: Kind;
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: Path;
  readonly options: Kinds[Kind];
  /** Tasks that run at the same time at most, except during a deployment. */
  readonly maximumTasks: number;
  /** The same during a deployment, which doubles the tasks of a service for a while. */
  readonly maximumTasksDeploying: number;
}

export type JobWorkload = WorkloadOf<"job">;
export type WorkerWorkload = WorkloadOf<"worker">;
export type ServiceWorkload = WorkloadOf<"service">;
export type Workload = JobWorkload | ServiceWorkload | WorkerWorkload;

/** What a workload may be given of the environment. */
export type UsablePart = Workload["options"]["uses"][number];

export const jobs = ({ jobs: all }: Environment): JobWorkload[] =>
  Object.entries(all).map(([name, options]) => ({
    kind: "job",
    name,
    path: ["jobs", name],
    options,
    maximumTasks: 1,
    maximumTasksDeploying: 1,
  }));

export const workers = ({ workers: all }: Environment): WorkerWorkload[] =>
  Object.entries(all).map(([name, options]) => ({
    kind: "worker",
    name,
    path: ["workers", name],
    options,
    maximumTasks: options.scale.to,
    maximumTasksDeploying: 2 * options.scale.to,
  }));

export const services = ({ services: all }: Environment): ServiceWorkload[] =>
  Object.entries(all).map(([name, options]) => ({
    kind: "service",
    name,
    path: ["services", name],
    options,
    maximumTasks: options.maximumTasks,
    maximumTasksDeploying: 2 * options.maximumTasks,
  }));

/** Everything that runs beside the application and the data load. */
export const workloads = (environment: Environment): Workload[] => [
  ...services(environment),
  ...workers(environment),
  ...jobs(environment),
];

/** Where the tasks of a workload run. */
export const launchTypeOf = (
  { compute }: Pick<Environment, "compute">,
  { options }: { readonly options: Pick<Workload["options"], "launchType"> },
): Environment["compute"]["launchType"] => options.launchType ?? compute.launchType;

/** Part of every name that belongs to a workload, and id of its construct: `job-nightly`. */
export const workloadId = ({ kind, name }: Pick<Workload, "kind" | "name">): string => `${kind}-${name}`;

/** First part of a workload's own names: `private-app-dev-job-nightly`. */
export const workloadPrefix = (environment: Environment, workload: Pick<Workload, "kind" | "name">): string =>
  `${resourcePrefix(environment)}-${workloadId(workload)}`;

/**
 * Name of a service's target group, of which AWS takes 32 characters. Port and protocol in the hash let a new group be
 * created before the old one is deleted.
 */
export function serviceTargetGroup(prefix: string, { name, options }: ServiceWorkload): string {
  const kind = targetKind(options.route);
  const replaced = [name, options.containerPort, ...(kind === "app" ? [] : [kind])].join(" ");
  const hash = createHash("sha256").update(replaced).digest("hex");
  return `${prefix}-${hash.slice(0, 8)}`;
}

/** The queue that is created for a worker; undefined where it uses one that exists. */
export const createdQueue = ({ queue }: WorkerOptions): CreatedQueue | undefined => queue.create;

/** Names of the workers to whose queues the application, or a workload by its name, sends. */
export const sendsTo = (environment: Environment, sender: string): string[] =>
  workers(environment).flatMap(({ name, options }) => (options.queue.create?.senders.includes(sender) ? [name] : []));

/** Address of the image that a workload runs, as it stands in the file; undefined where it is built. */
export const imageUri = ({ application }: Environment, { options }: Workload): string | undefined =>
  imageAddress(options.image) ?? imageAddress(application.image);

type Release = NonNullable<Environment["application"]["image"]["parameter"]>;

/** SSM parameters in which pipelines write images, each once. */
export const releases = (environment: Environment): Release[] => [
  ...new Map(
    [environment.application.image, ...workloads(environment).map(({ options }) => options.image)].flatMap(
      ({ parameter }) => (parameter ? [[parameter.name, parameter] as const] : []),
    ),
  ).values(),
];

/** Whether a workload's image comes from an ECR repository of the environment's own Region. */
export function imageIsFromEcr(environment: Environment, workload: Workload): boolean {
  const uri = imageUri(environment, workload);
  return uri === undefined || parseEcrImage(uri)?.region === environment.region;
}
