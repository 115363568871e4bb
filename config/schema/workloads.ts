import * as z from "zod";
import {
  commandOptions,
  environmentVariables,
  MAXIMUM_CPU,
  MAXIMUM_MEMORY_MIB,
  noHealthCheck,
  permissions,
  processOptions,
  secretOptions,
} from "./container";
import { deploymentOptions } from "./deployment";
import { ownedBy, pullOptions, releaseOptions } from "./image";
import { anyText, imageUri, list, port, text } from "./primitives";
import { scalingOptions, schedules } from "./scaling";
import { timeZone } from "./schedule";
import { sidecars } from "./sidecar";
import { targetOptions } from "./target";

/** Name of a job, a worker or a further service: part of the names of everything that belongs to it. */
const workloadName = text(
  /^(?=.{2,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "2 to 20 lower-case letters, digits and single hyphens, starting with a letter",
);

/** The application, or a workload by its name. */
const workloadReference = text(/^[a-z][a-z0-9-]{1,19}$/, "application, or the name of a workload");

/** Parts of the environment that a workload may be given. */
export const usableParts = ["database", "fileSystem", "staticAssets"] as const;

const imageOptions = {
  sameAs: z.literal("application").optional().describe("Run the image of the application."),
  uri: imageUri.optional().describe("Run this image; use a digest, so that all tasks run the same image."),
  ...releaseOptions,
  ...pullOptions,
};

const imageInWords = "The image: exactly one of sameAs, uri and parameter.";

/** What every workload has beside the application: a size, and what it may reach. */
const workloadOptions = {
  launchType: z
    .enum(["EC2", "FARGATE"])
    .optional()
    .describe(
      "Where its tasks run; EC2 needs the instances of compute.launchType EC2 or compute.fargate.keepInstances. Default: compute.launchType.",
    ),
  cpu: z.int().min(128).max(MAXIMUM_CPU).default(256).describe("CPU units of a task; 1024 is one vCPU."),
  memoryMib: z.int().min(128).max(MAXIMUM_MEMORY_MIB).default(512).describe("Memory of a task, in MiB."),
  environment: environmentVariables.describe("Additional environment variables; never secrets."),
  ...secretOptions,
  permissions,
  sidecars: sidecars.describe("Containers that run beside its own in each of its tasks, by name."),
  ...processOptions,
  entryPoint: commandOptions.entryPoint,
  stopTimeoutSeconds: commandOptions.stopTimeoutSeconds,
  uses: list(z.enum(usableParts))
    .default([])
    .describe("Parts of the environment that its tasks reach, with the variables of each; they reach no other part."),
  databasePoolSize: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe("Database connections that a task opens at most, handed to it as DATABASE_POOL_SIZE."),
};

/** Of an image that is not known: none, unless the file says so. */
const taskHealthCheck = commandOptions.healthCheckCommand
  .unwrap()
  .default(noHealthCheck)
  .describe(
    "Command by which ECS checks the container: CMD or CMD-SHELL, then the command; none: it has no such command.",
  );

const command = z.array(anyText).min(1);

const job = z.strictObject({
  image: z.strictObject(imageOptions).prefault({ sameAs: "application" }).describe(imageInWords),
  ...workloadOptions,
  command: command.describe("Command of the container; exit code 0 means success."),
  schedule: text(
    /^(cron\(([^\s()]+ ){5}[^\s()]+\)|rate\([1-9]\d{0,4} (minute|minutes|hour|hours|day|days)\))$/,
    "cron(minutes hours day-of-month month day-of-week year), e.g. cron(0 3 * * ? *), or rate(number unit), e.g. rate(1 hour)",
  )
    .optional()
    .describe("When it runs. Default: on demand only, by npx ecs-privatelink job."),
  timeZone,
  timeoutMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(60)
    .describe("Minutes after which a run is stopped and counts as failed."),
  retries: z.int().min(0).max(10).default(0).describe("How often a scheduled run is repeated after a failure."),
});

/** Of tasks that run until they are stopped. */
const runningOptions = {
  image: z
    .strictObject({ ...imageOptions, ownedBy })
    .prefault({ sameAs: "application" })
    .describe(imageInWords),
  ...workloadOptions,
  command: commandOptions.command,
  healthCheckCommand: taskHealthCheck,
};

const service = z.strictObject({
  ...runningOptions,
  containerPort: port.default(8080).describe("TCP port that the container listens on."),
  healthCheckPath: text(
    /^\/[\w./-]{0,1023}$/,
    "an absolute URL path of at most 1024 characters, e.g. /reports/health",
  ).describe(
    "Path that answers 200 while the process is alive. The ALB passes paths on as they are, so it usually begins like pathPatterns.",
  ),
  expose: z
    .strictObject({
      priority: z
        .int()
        .min(1)
        .max(50000)
        .describe(
          "Priority of its rule: the lowest number comes first, and the application last. To exchange the numbers of two services, give one a free number first, in an apply of its own: AWS refuses a number that is in use.",
        ),
      pathPatterns: list(
        text(
          /^\/[\w\-.$/~"'@:+&*?]{0,127}$/,
          "a path of at most 128 characters, in which * and ? stand for others, e.g. /reports/*",
        ),
      )
        .default([])
        .describe("Paths of requests that go to it."),
      hostNames: list(
        text(
          /^(?=.{1,128}$)([a-z0-9*?-]+\.)+[a-z]+$/,
          "a host name in lower case of at most 128 characters, in which * and ? stand for others but not behind the last dot, e.g. reports.example.com",
        ),
      )
        .default([])
        .describe("Host names of requests that go to it; with pathPatterns, both have to fit."),
      listenerPorts: list(port)
        .optional()
        .describe("Ports of compute.loadBalancer.listeners on which it is reached. Default: all."),
    })
    .describe("Which requests the ALB sends to it: up to 5 paths and host names together."),
  route: z.strictObject(targetOptions).prefault({}).describe("How the ALB sends requests to its tasks."),
  ...scalingOptions,
  ...deploymentOptions,
});

/** Services behind the ALB beside the application, by name. */
export const services = z.record(workloadName, service).default({});

const queue = z
  .strictObject({
    create: z
      .strictObject({
        visibilitySeconds: z
          .int()
          .min(0)
          .max(43200)
          .default(60)
          .describe("Seconds after which a message that was received and not deleted is delivered again."),
        maximumReceives: z
          .int()
          .min(1)
          .max(1000)
          .default(5)
          .describe("How often a message is received before it is moved to the dead-letter queue."),
        retentionDays: z.int().min(1).max(13).default(4).describe("Days that a message waits in the queue at most."),
        fifo: z
          .boolean()
          .default(false)
          .describe("First in, first out, each message once; messages of one group are worked on one after the other."),
        senders: list(workloadReference)
          .default(["application"])
          .describe(
            "Who sends to it: application, or services and jobs by their names. A sender gets the queue's address in QUEUE_URL_<NAME>.",
          ),
      })
      .optional()
      .describe("Create the queue, with a dead-letter queue, both encrypted with the environment's key."),
    arn: text(
      /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,75}(\.fifo)?$/,
      "the ARN of an SQS queue, e.g. arn:aws:sqs:eu-central-1:111122223333:orders",
    )
      .optional()
      .describe("Use this queue, which exists."),
    kmsKeyArn: text(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f-]{36})$/,
      "the ARN of a KMS key, e.g. arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012",
    )
      .optional()
      .describe("Customer managed key of the queue that exists, if it has one."),
  })
  .describe("The queue: exactly one of create and arn.");

const worker = z.strictObject({
  ...runningOptions,
  queue,
  scale: z
    .strictObject({
      from: z
        .int()
        .min(0)
        .max(1000)
        .default(1)
        .describe("Minimum number of tasks; 0: none runs while the queue is empty."),
      to: z.int().min(1).max(1000).default(10).describe("Maximum number of tasks."),
      acceptableLatencySeconds: z
        .int()
        .min(1)
        .max(86400)
        .default(600)
        .describe("Seconds that a message may wait; a longer wait of 15 minutes fires an alarm."),
      secondsPerMessage: z
        .number()
        .min(0.001)
        .max(43200)
        .describe("Seconds that one task needs for one message on average, with all that it does at the same time."),
      schedules,
    })
    .describe("How many tasks run: as many as work the queue off within the acceptable latency."),
});

/** Services without a load balancer that work off a queue, by name. */
export const workers = z.record(workloadName, worker).default({});

/** Tasks that run to their end, by name. */
export const jobs = z.record(workloadName, job).default({});
