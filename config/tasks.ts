import type { Path } from "./problem";
import type { Environment } from "./schema";
import { launchTypeOf } from "./workloads";

type Application = Environment["application"];

/** What tasks of every kind may have beside their own container and its image. */
export type TaskOptions = Pick<
  Application,
  | "cpu"
  | "environment"
  | "memoryMib"
  | "permissions"
  | "secrets"
  | "secretsKmsKeyArns"
  | "secretsVersion"
  | "sidecars"
  | "writableFolders"
>;

type WorkloadTaskOptions = TaskOptions &
  Pick<Environment["jobs"][string], "launchType" | "uses"> & { readonly containerPort?: number };

/** Something of the file that has tasks, and its place there. */
export interface TaskOwner {
  readonly path: Path;
  readonly options: TaskOptions;
  /** Where its tasks run. */
  readonly launchType: Environment["compute"]["launchType"];
  /** Port of its own container; none where it takes no requests. */
  readonly containerPort?: number;
  /** Whether the shared file system is mounted in its own container. */
  readonly mountsFileSystem: boolean;
}

/** The application, and the services, workers and jobs beside it. */
export const taskOwners = ({ application, compute, data, jobs, services, workers }: Environment): TaskOwner[] => {
  const there = data.fileSystem.use !== "none";
  const owner = (kind: string) => {
    return ([name, options]: readonly [string, WorkloadTaskOptions]) => ({
      path: [kind, name],
      options,
      launchType: launchTypeOf({ compute }, { options }),
      mountsFileSystem: there && options.uses.includes("fileSystem"),
      ...(options.containerPort === undefined ? {} : { containerPort: options.containerPort }),
    });
  };
  return [
    {
      path: ["application"],
      options: application,
      launchType: compute.launchType,
      containerPort: application.containerPort,
      mountsFileSystem: there,
    },
    ...Object.entries(services).map(owner("services")),
    ...Object.entries(workers).map(owner("workers")),
    ...Object.entries(jobs).map(owner("jobs")),
  ];
};
