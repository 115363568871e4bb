import type { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { ClientCertificates } from "../../config/schema/mutual-tls";
import type { ContainerProps } from "./container";
import type { ContainerImage } from "./container-image";
import { besideSidecars } from "./sidecars";
import { containerName, Task, type TaskEnvironment } from "./task";
import type { TaskPart } from "./task-parts";

export interface ApplicationTaskProps extends TaskEnvironment {
  readonly prefix: string;
  readonly application: Environment["application"];
  readonly idleTimeoutSeconds: number;
  /** How the ALB treats certificates of clients, whose names the application then gets in headers. */
  readonly mutualTls?: ClientCertificates;
  readonly image: ContainerImage;
  readonly usesDatabase: boolean;
  /** What the application uses: stores, secrets, ECS Exec. */
  readonly parts: readonly TaskPart[];
  readonly sidecars: readonly ContainerProps[];
}

/** Task definition of the application: its own container, and its sidecars. */
export class ApplicationTask extends Task {
  constructor(scope: Construct, id: string, props: ApplicationTaskProps) {
    const { application, image, parts, prefix, region, sidecars } = props;
    const beside = besideSidecars(application, containerName);
    super(scope, id, {
      ...props,
      family: `${prefix}-app`,
      logGroupName: `/${prefix}/application`,
      cpu: application.cpu,
      memoryMib: application.memoryMib,
      permissions: application.permissions,
      containers: [
        {
          name: containerName,
          image,
          process: application,
          command: application,
          init: true,
          ports: [application.containerPort],
          ...beside,
          parts: [...parts, ...beside.parts],
          environment: {
            PORT: String(application.containerPort),
            AWS_REGION: region,
            ...(props.usesDatabase && { DATABASE_POOL_SIZE: String(application.databasePoolSize) }),
            // What is left of the stop timeout closes the connections to the database.
            DRAIN_SECONDS: String(Math.max(1, application.stopTimeoutSeconds - 5)),
            // The load balancer has to be the one that closes idle connections, or it sends requests into closed ones.
            KEEP_ALIVE_SECONDS: String(props.idleTimeoutSeconds + 15),
            ...(props.mutualTls && { MUTUAL_TLS: props.mutualTls }),
            ...application.environment,
          },
        },
        ...sidecars,
      ],
    });
  }
}
