import type { CommandOptions, ProcessOptions } from "../../config/schema/container";
import { noHealthCheck } from "../../config/schema/container";
import type { ContainerImage } from "./container-image";
import type { TaskPart } from "./task-parts";

export interface ContainerProps {
  readonly name: string;
  readonly image: ContainerImage;
  /** User, file systems. */
  readonly process: ProcessOptions;
  /** What it runs, how it is checked and stopped, its limits. @default the image's own, unchecked */
  readonly command?: Partial<CommandOptions>;
  /** TCP ports that it listens on. */
  readonly ports?: readonly number[];
  /** Variables, in addition to those of its parts. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it uses: stores, ECS Exec. */
  readonly parts: readonly TaskPart[];
  /** Whether the task ends where it ends. @default true */
  readonly essential?: boolean;
  /** CPU units and memory of the task that are its own. @default what the others leave */
  readonly cpu?: number;
  readonly memoryMib?: number;
  /** What it waits for. */
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  /** The container is the FireLens log router of this kind. */
  readonly logRouter?: "fluentbit" | "fluentd";
  /** Its output goes to the task's log router, with these options. @default to its log group */
  readonly routedLogs?: Readonly<Record<string, string>>;
  /** Start an init process that reaps children and passes signals on. @default false */
  readonly init?: boolean;
}

/** Where a container's output goes. */
export interface ContainerLog {
  readonly groupName: string;
  readonly region: string;
}

/** Ports below it are for root, unless a task says otherwise. */
const firstUnprivilegedPort = 1024;

/**
 * A container as ECS takes it: without Linux capabilities, its output in CloudWatch Logs. Everything that is not asked
 * for is left out, as ECS leaves it out of its answer.
 */
export function containerDefinition(props: ContainerProps, { groupName, region }: ContainerLog) {
  const { command = {}, image, init = false, parts, ports = [], process } = props;
  const mountPoints = parts.flatMap((part) => part.mountPoints ?? []);
  const secrets = parts.flatMap((part) => part.secrets ?? []).sort(names);
  const tmpfs = Object.entries(process.writableFolders);
  const ulimits = Object.entries(command.ulimits ?? {}).flatMap(([name, limit]) =>
    limit ? { name, softLimit: limit.soft, hardLimit: limit.hard } : [],
  );
  return {
    name: props.name,
    image: image.uri,
    ...(image.credentialsSecretArn && {
      repositoryCredentials: { credentialsParameter: image.credentialsSecretArn },
    }),
    essential: props.essential ?? true,
    ...(props.cpu !== undefined && { cpu: props.cpu }),
    ...(props.memoryMib !== undefined && { memory: props.memoryMib }),
    ...(props.dependsOn && props.dependsOn.length > 0 && { dependsOn: props.dependsOn }),
    ...(props.logRouter && { firelensConfiguration: { type: props.logRouter } }),
    ...(command.entryPoint && { entryPoint: command.entryPoint }),
    ...(command.command && { command: command.command }),
    user: process.user,
    readonlyRootFilesystem: process.readOnlyRootFilesystem,
    linuxParameters: {
      ...(init && { initProcessEnabled: true }),
      capabilities: { drop: parts.some((part) => part.keepsCapabilities) ? [] : ["ALL"], add: [] },
      // Source: Amazon ECS API Reference, "Tmpfs"; on Fargate since January 2026 (aws/containers-roadmap, issue 736).
      ...(tmpfs.length > 0 && {
        tmpfs: tmpfs.map(([containerPath, size]) => ({
          containerPath,
          size,
          mountOptions: ["rw", "nosuid", "nodev", "mode=1777"],
        })),
      }),
    },
    ...(ports.length > 0 && {
      portMappings: ports.map((port) => ({ containerPort: port, hostPort: port, protocol: "tcp" })),
    }),
    ...(mountPoints.length > 0 && { mountPoints }),
    environment: byName(Object.assign({}, ...parts.map((part) => part.environment), props.environment)),
    ...(secrets.length > 0 && { secrets }),
    ...(ulimits.length > 0 && { ulimits }),
    // In network mode awsvpc it holds for the whole task. Source: Amazon ECS API Reference, "SystemControl".
    ...(ports.some((port) => port < firstUnprivilegedPort) && {
      systemControls: [{ namespace: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    }),
    ...(command.stopTimeoutSeconds !== undefined && { stopTimeout: command.stopTimeoutSeconds }),
    ...(command.healthCheckCommand &&
      command.healthCheckCommand !== noHealthCheck && {
        healthCheck: {
          command: command.healthCheckCommand,
          interval: 15,
          timeout: 5,
          retries: 3,
          startPeriod: 30,
        },
      }),
    logConfiguration: props.routedLogs
      ? { logDriver: "awsfirelens", options: props.routedLogs }
      : toCloudWatch(groupName, region),
  };
}

const toCloudWatch = (groupName: string, region: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": groupName,
    "awslogs-region": region,
    "awslogs-stream-prefix": "task",
    // A full log buffer must not stop the application.
    mode: "non-blocking",
    "max-buffer-size": "25m",
  },
});

/** Container environment in the form and the order that ECS returns, so that no plan sees a difference. */
const byName = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => ({ name, value }))
    .sort(names);

const names = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);
