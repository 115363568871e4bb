import { noHealthCheck } from "../../config/schema/container";
import type { TaskOptions } from "../../config/tasks";
import type { ContainerProps } from "./container";
import type { ContainerImage } from "./container-image";
import type { TaskPart } from "./task-parts";

type Sidecars = Pick<TaskOptions, "sidecars">;
type Sidecar = Sidecars["sidecars"][string];

export interface SidecarsProps {
  readonly task: Sidecars;
  readonly region: string;
  readonly imageOf: (sidecar: Sidecar) => ContainerImage;
  /** Secrets of a container. */
  readonly secretsOf: (secrets: TaskOptions["secrets"]) => TaskPart;
}

/** What the others wait for of a sidecar. */
const conditionOf = ({ condition, healthCheckCommand }: Sidecar) =>
  condition ?? (healthCheckCommand === noHealthCheck ? "START" : "HEALTHY");

/** Sidecars that a container waits for, in the order of the file. */
export const waitsFor = ({ sidecars }: Sidecars, container: string): NonNullable<ContainerProps["dependsOn"]> =>
  Object.entries(sidecars).flatMap(([containerName, sidecar]) =>
    sidecar.startsBefore.includes(container) ? { containerName, condition: conditionOf(sidecar) } : [],
  );

/** Volume of a shared folder, and where it is mounted. */
const volumeOf = (folder: string) => `shared${folder.replaceAll(/[^\w-]/g, "-")}`;
const sharing = (folders: readonly string[]): TaskPart => ({
  volumes: folders.map((folder) => ({ name: volumeOf(folder) })),
  mountPoints: folders.map((containerPath) => ({
    sourceVolume: volumeOf(containerPath),
    containerPath,
    readOnly: false,
  })),
});

/** What a task's own container has of its sidecars: their folders and their order. */
export const besideSidecars = (task: Sidecars, container: string) => ({
  parts: [sharing([...new Set(Object.values(task.sidecars).flatMap(({ sharedFolders }) => sharedFolders))])],
  dependsOn: waitsFor(task, container),
  routedLogs: Object.values(task.sidecars).find(({ logRouter }) => logRouter)?.logRouter?.options,
});

/** Containers that run beside a task's own in each of its tasks. */
export const sidecarContainers = ({ imageOf, region, secretsOf, task }: SidecarsProps): ContainerProps[] =>
  Object.entries(task.sidecars).map(([name, sidecar]) => {
    const { mountPoints } = sharing(sidecar.sharedFolders);
    return {
      name,
      image: imageOf(sidecar),
      essential: sidecar.essential,
      cpu: sidecar.cpu,
      memoryMib: sidecar.memoryMib,
      dependsOn: waitsFor(task, name),
      logRouter: sidecar.logRouter?.type,
      process: sidecar,
      command: sidecar,
      ports: sidecar.ports,
      // The volumes themselves are a part of the task's own container.
      parts: [{ mountPoints }, secretsOf(sidecar.secrets)],
      environment: { AWS_REGION: region, ...sidecar.environment },
    };
  });
