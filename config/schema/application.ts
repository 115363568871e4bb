import * as z from "zod";
import {
  commandOptions,
  environmentVariables,
  MAXIMUM_CPU,
  MAXIMUM_MEMORY_MIB,
  permissions,
  processOptions,
  secretOptions,
} from "./container";
import { deploymentOptions } from "./deployment";
import { ownedBy, pullOptions, releaseOptions } from "./image";
import { anyText, imageUri, port, relativePath, text } from "./primitives";
import { scalingOptions } from "./scaling";
import { containerName, sidecars } from "./sidecar";
import { targetOptions } from "./target";

/** The container application that is run; cpu and memory are those of one task. */
export const application = z.strictObject({
  image: z
    .strictObject({
      build: z
        .strictObject({
          context: relativePath.default("container").describe("Docker build context."),
          dockerfile: relativePath.default("Dockerfile").describe("Dockerfile, relative to the context."),
          arguments: z
            .record(text(/^[A-Za-z_][\w.-]*$/, "a name as the Dockerfile's ARG has it, e.g. NODE_VERSION"), anyText)
            .default({})
            .describe("Docker build arguments; never secrets."),
          login: z
            .enum(["docker-config", "token-variable"])
            .default("docker-config")
            .describe(
              "How Terraform logs in to ECR: the Docker client's own login or credential helper, or an ephemeral variable given at plan and apply. Neither reaches the state.",
            ),
        })
        .optional()
        .describe("Build the image from this project and push it to the environment's ECR repository."),
      uri: imageUri
        .optional()
        .describe("Image that is already in a registry; use a digest, so that all tasks run the same image."),
      ...releaseOptions,
      ...pullOptions,
      ownedBy,
    })
    .describe("The image: exactly one of build, uri and parameter."),
  containerPort: port
    .default(8080)
    .describe("TCP port that the container listens on; where it is below 1024, any user of the task may open it."),
  cpu: z.int().min(128).max(MAXIMUM_CPU).default(256).describe("CPU units of a task; 1024 is one vCPU."),
  memoryMib: z.int().min(128).max(MAXIMUM_MEMORY_MIB).default(512).describe("Memory of a task, in MiB."),
  healthCheckPath: text(/^\/[\w./-]{0,1023}$/, "an absolute URL path of at most 1024 characters, e.g. /health")
    .default("/health")
    .describe("Path that answers 200 while the process is alive; load balancers check it."),
  ...commandOptions,
  dataLoadCommand: z
    .array(anyText)
    .min(1)
    .default(["node", "load-data.mjs"])
    .describe(
      "Command of the image that loads the data; with --dry-run appended, it only lists the files that would run.",
    ),
  environment: environmentVariables.describe(
    "Additional environment variables of the application and the data load; never secrets.",
  ),
  sidecars: sidecars.describe("Containers that run beside the application in each of its tasks, by name."),
  route: z
    .strictObject({
      to: z
        .strictObject({
          container: containerName.describe("The sidecar, or app."),
          port: port.describe("Port that it listens on."),
        })
        .optional()
        .describe(
          "Container that the ALB sends requests and health checks to. Default: the application, on containerPort.",
        ),
      ...targetOptions,
    })
    .prefault({})
    .describe("Where requests go in a task, and how."),
  ...secretOptions,
  permissions,
  ...processOptions,
  databasePoolSize: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe(
      "Database connections that a task opens at most, handed to it as DATABASE_POOL_SIZE. During a deployment twice maximumTasks tasks run.",
    ),
  ...scalingOptions,
  ...deploymentOptions,
  executeCommand: z
    .boolean()
    .default(false)
    .describe(
      "Allow ECS Exec into tasks; each session is logged and encrypted. The image needs a shell, script and cat; the container keeps the usual Linux capabilities. Off: no shell can be opened.",
    ),
});
