import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { grantedServices } from "../../config/grants";
import type { UsablePart, Workload } from "../../config/workloads";
import { workloadId } from "../../config/workloads";
import { AwsApiEgress } from "../compute/aws-api-egress";
import { ClientAccess } from "../compute/client-access";
import type { ContainerProps } from "../compute/container";
import type { ContainerImage } from "../compute/container-image";
import { besideSidecars } from "../compute/sidecars";
import { containerName, Task, type TaskEnvironment } from "../compute/task";
import type { TaskPart } from "../compute/task-parts";
import type { EnvironmentNetwork } from "../network/environment-network";

/** A part of the environment: what it adds to a task, and where the task connects to. */
export interface Usable {
  readonly part: TaskPart;
  readonly server?: { readonly securityGroupId: string; readonly port: number };
}

/** What an environment has for all its workloads. */
export interface WorkloadSurroundings extends TaskEnvironment {
  readonly prefix: string;
  readonly network: EnvironmentNetwork;
  readonly usable: Readonly<Partial<Record<UsablePart, Usable>>>;
}

/** What the file gives a task of AWS and beside its own container: secrets of its containers, and sidecars. */
export interface TaskAccess {
  readonly parts: readonly TaskPart[];
  readonly sidecars: readonly ContainerProps[];
}

export interface WorkloadTaskProps extends WorkloadSurroundings {
  readonly access: TaskAccess;
  readonly workload: Pick<Workload, "kind" | "name" | "options">;
  readonly image: ContainerImage;
  /** Parts of this kind of workload, beside those of the environment. */
  readonly parts?: readonly TaskPart[];
  /** What the container of this kind of workload has beyond its options. */
  readonly container?: Pick<ContainerProps, "environment" | "ports"> & Partial<Pick<ContainerProps, "command">>;
}

/**
 * Task of a workload beside the application: roles, log group and security group of its own, so that it reaches the parts
 * of the environment that it uses and no others.
 */
export class WorkloadTask extends Task {
  readonly securityGroup: SecurityGroup;
  /** What its tasks need as long as one of them runs. */
  readonly needs: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: WorkloadTaskProps) {
    const { access, container, image, network, usable, workload } = props;
    const { options } = workload;
    const beside = besideSidecars(options, containerName);
    const name = `${props.prefix}-${workloadId(workload)}`;
    super(scope, id, {
      ...props,
      family: name,
      logGroupName: `/${props.prefix}/${workloadId(workload)}`,
      cpu: options.cpu,
      memoryMib: options.memoryMib,
      permissions: options.permissions,
      containers: [
        {
          name: containerName,
          image,
          process: options,
          command: { ...options, ...container?.command },
          init: true,
          ports: container?.ports ?? [],
          ...beside,
          parts: [
            ...options.uses.flatMap((part) => usable[part]?.part ?? []),
            ...(props.parts ?? []),
            ...access.parts,
            ...beside.parts,
          ],
          environment: {
            AWS_REGION: props.region,
            ...(options.uses.includes("database") ? { DATABASE_POOL_SIZE: String(options.databasePoolSize) } : {}),
            ...container?.environment,
            ...options.environment,
          },
        },
        ...access.sidecars,
      ],
    });
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: `${workload.kind} ${workload.name}: AWS services and what it uses out`,
      vpcId: network.vpcId,
      tags: { Name: name },
    });
    const egress = new AwsApiEgress(this, "aws-api-egress", {
      network,
      securityGroup: this.securityGroup,
      dynamodb: grantedServices(options.permissions).includes("dynamodb"),
    });
    const servers = options.uses.flatMap((part) => {
      const { server } = usable[part] ?? {};
      if (server === undefined) return [];
      return new ClientAccess(this, `to-${serverIds[part]}`, {
        client: this.securityGroup,
        serverGroupId: server.securityGroupId,
        port: server.port,
        description: `${workload.kind} ${workload.name} to the ${serverIds[part].replace("-", " ")}`,
      });
    });
    this.needs = [...this.taskPolicies, ...egress.rules, ...servers.flatMap(({ rules }) => rules)];
  }
}

const serverIds: Readonly<Record<UsablePart, string>> = {
  database: "database",
  fileSystem: "file-system",
  staticAssets: "static-assets",
};
