import { z } from "zod";
import { certificateArn, port, relativePath, text } from "./primitives";

/** The container application that is run; cpu and memory are those of one task. */
export const application = z.strictObject({
  image: z
    .strictObject({
      build: z
        .strictObject({
          context: relativePath.default("container").describe("Docker build context."),
          dockerfile: relativePath.default("Dockerfile").describe("Dockerfile, relative to the context."),
          arguments: z.record(z.string(), z.string()).default({}).describe("Docker build arguments; never secrets."),
          login: z
            .enum(["docker-config", "token-variable"])
            .default("docker-config")
            .describe(
              "How Terraform logs in to ECR: the Docker client's own login or credential helper, or an ephemeral variable given at plan and apply. Neither reaches the state.",
            ),
        })
        .optional()
        .describe("Build the image from this project and push it to the environment's ECR repository."),
      uri: text(
        /^[a-z0-9.-]+(:\d+)?\/[a-z0-9._/-]+(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/,
        "registry/repository@sha256:<64 hex digits> or registry/repository:tag",
      )
        .optional()
        .describe("Run an image that something else has built and pushed; by digest, so that tasks cannot drift."),
    })
    .describe("The image: exactly one of build and uri."),
  containerPort: z
    .int()
    .min(1024)
    .max(65535)
    .default(8080)
    .describe("TCP port that the container listens on; ports below 1024 are for root, and it runs as non-root."),
  cpu: z.int().min(128).max(16384).default(256).describe("CPU units of a task; 1024 is one vCPU."),
  memoryMib: z.int().min(128).max(122880).default(512).describe("Memory of a task, in MiB."),
  healthCheckPath: text(/^\/[\w./-]*$/, "an absolute URL path, e.g. /health")
    .default("/health")
    .describe("Path that answers 200 while the process is alive; load balancers check it."),
  healthCheckCommand: z
    .array(z.string())
    .min(1)
    .default(["CMD", "node", "health-check.mjs"])
    .describe("Command by which ECS checks the container itself: CMD or CMD-SHELL, then the command."),
  dataLoadCommand: z
    .array(z.string())
    .min(1)
    .default(["node", "load-data.mjs"])
    .describe("Command of the image that loads the data; with --dry-run behind it, it only lists what it would do."),
  environment: z
    .record(text(/^[A-Z_][A-Z0-9_]*$/, "upper-case letters, digits and underscores"), z.string())
    .default({})
    .describe("Additional environment variables; never secrets."),
  minimumTasks: z.int().min(1).max(1000).default(2).describe("Tasks that always run."),
  maximumTasks: z.int().min(1).max(1000).default(6).describe("Service autoscaling stops here."),
  targetCpuPercent: z
    .int()
    .min(10)
    .max(90)
    .default(60)
    .describe("Average CPU that service autoscaling aims at, in percent."),
  stopTimeoutSeconds: z.int().min(2).max(120).default(30).describe("Seconds between SIGTERM and SIGKILL."),
  executeCommand: z
    .boolean()
    .default(false)
    .describe("Allow ECS Exec into tasks; each session is logged and encrypted. Off: nobody can open a shell."),
});

export const compute = z.strictObject({
  launchType: z
    .enum(["EC2", "FARGATE"])
    .default("EC2")
    .describe("EC2: instances of an Auto Scaling group join the cluster. FARGATE: AWS runs the hosts."),
  cpuArchitecture: z
    .enum(["ARM64", "X86_64"])
    .default("ARM64")
    .describe("CPU architecture of image, tasks and instances."),
  ec2: z
    .strictObject({
      instanceType: text(/^[a-z0-9-]+\.[a-z0-9]+$/, "an EC2 instance type, e.g. t4g.medium")
        .default("t4g.medium")
        .describe("EC2 instance type; its architecture must be cpuArchitecture."),
      minimumInstances: z.int().min(0).max(1000).default(2).describe("Auto Scaling group's lower bound."),
      maximumInstances: z.int().min(1).max(1000).default(6).describe("Auto Scaling group's upper bound."),
      targetCapacityPercent: z
        .int()
        .min(1)
        .max(100)
        .default(100)
        .describe("Used share of the instances that managed scaling aims at, in percent; below 100 keeps spare room."),
      rootVolumeGib: z.int().min(30).max(16384).default(30).describe("Encrypted gp3 root volume, in GiB."),
    })
    .prefault({})
    .describe("EC2 capacity; used when launchType is EC2, and while fargate.keepInstances."),
  fargate: z
    .strictObject({
      spotSharePercent: z.int().min(0).max(100).default(0).describe("Share of tasks on Fargate Spot, in percent."),
      keepInstances: z
        .boolean()
        .default(false)
        .describe(
          "Keep the instances of launch type EC2 while the tasks move to Fargate: the first of two steps of a switch without downtime.",
        ),
    })
    .prefault({})
    .describe("Fargate capacity; used when launchType is FARGATE."),
  loadBalancer: z
    .strictObject({
      listeners: z
        .array(
          z.strictObject({
            port: port.describe("TCP port of the listener."),
            certificateArn: certificateArn
              .optional()
              .describe("ACM certificate: with it the listener speaks HTTPS, without it HTTP."),
          }),
        )
        .min(1)
        .max(10)
        .default([{ port: 80 }])
        .describe("Listeners of the internal ALB; all forward to the application."),
      idleTimeoutSeconds: z.int().min(1).max(4000).default(60).describe("Idle timeout of ALB connections, in seconds."),
      deregistrationDelaySeconds: z
        .int()
        .min(0)
        .max(3600)
        .default(30)
        .describe("Seconds that a task leaving the target group may finish its requests."),
      accessLogRetentionDays: z.int().min(1).max(3650).default(90).describe("Days that access logs are kept in S3."),
      deletionProtection: z.boolean().default(true).describe("Refuse to delete the ALB."),
      accessLogForceDestroy: z
        .boolean()
        .default(false)
        .describe("Let destroy delete the access log bucket with its logs."),
    })
    .prefault({})
    .describe("Internal Application Load Balancer."),
  repository: z
    .strictObject({
      keepImages: z.int().min(1).max(1000).default(20).describe("Number of images kept."),
      forceDelete: z.boolean().default(false).describe("Let destroy delete a repository that still holds images."),
    })
    .prefault({})
    .describe("ECR repository."),
});
