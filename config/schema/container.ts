import * as z from "zod";
import { type GrantName, grants } from "../grants";
import { anyText, list, secretArn, text } from "./primitives";

/** Where the text `none` stands for a health check that is left out. */
export const noHealthCheck = "none";

/** Of a task on instances, 192 vCPUs; the rules know the sizes that Fargate has. Source: Amazon ECS API Reference, "RegisterTaskDefinition". */
export const MAXIMUM_CPU = 192 * 1024;

/** Of the largest instance, 32 TiB. */
export const MAXIMUM_MEMORY_MIB = 32 * 1024 * 1024;

const limit = z
  .strictObject({
    soft: z.int().min(0).max(2147483647).describe("Limit that the process starts with; it may raise it up to hard."),
    hard: z.int().min(0).max(2147483647).describe("Upper bound of the soft limit."),
  })
  .optional();

const variableName = "letters, digits, underscores, dots and hyphens, starting with a letter or _";

/** A folder of a container. */
export const folder = text(
  /^(?!.*\/\.{0,2}(\/|$))(\/[\w.-]+)+$/,
  "an absolute path of letters, digits, . _ and -, without a final slash, e.g. /tmp",
);

/** Environment variables by name. */
export const environmentVariables = z.record(text(/^[A-Za-z_][\w.-]*$/, variableName), anyText).default({});

/** How a container runs: its user, file systems and limits, whatever its image. */
export const processOptions = {
  user: text(
    /^([a-z_][a-z0-9_-]{0,31}|\d{1,10})(:([a-z_][a-z0-9_-]{0,31}|\d{1,10}))?$/,
    "a user, or user:group, each by name or number, e.g. 1000:1000",
  )
    .default("1000:1000")
    .describe("User, or user and group, that the container runs as; names have to exist in the image."),
  readOnlyRootFilesystem: z
    .boolean()
    .default(true)
    .describe("Mount the container's root file system read-only; writableFolders stay writable."),
  writableFolders: z
    .record(folder, z.int().min(1).max(65536))
    .default({})
    .describe(
      "Folders that the container may write to, each with its size in MiB. They are in memory (tmpfs), count toward the memory of the task, and are empty at each start.",
    ),
};

/** A container's own command, check and limits. */
export const commandOptions = {
  entryPoint: z.array(anyText).min(1).optional().describe("Entry point of the container. Default: the image's own."),
  command: z.array(anyText).min(1).optional().describe("Command of the container. Default: the image's own."),
  healthCheckCommand: z
    .union([z.literal(noHealthCheck), z.array(anyText).min(1)])
    .default(["CMD", "node", "health-check.mjs"])
    .describe(
      "Command by which ECS checks the container itself: CMD or CMD-SHELL, then the command; none: the image has no such command, and load balancers alone check it.",
    ),
  ulimits: z
    .strictObject({
      nofile: limit.describe("Number of open files and sockets."),
      nproc: limit.describe("Number of processes of the user."),
    })
    .prefault({})
    .describe("Resource limits of the container that differ from the host's; Fargate takes nofile alone."),
  stopTimeoutSeconds: z.int().min(2).max(120).default(30).describe("Seconds between SIGTERM and SIGKILL."),
};

/** Secrets that ECS puts into environment variables, by name. */
export const secrets = z
  .record(
    text(/^[A-Za-z_][\w.-]*$/, variableName),
    z.strictObject({
      secretsManager: secretArn.optional().describe("Secret of AWS Secrets Manager, by its full ARN."),
      jsonKey: text(/^[\w.@+=/-]{1,255}$/, "a key of the secret's JSON: letters, digits and . _ @ + = / -")
        .optional()
        .describe("Key of the secret's JSON whose value is taken. Default: the whole secret."),
      parameter: text(
        /^(arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter)?(\/[\w.-]+)+$/,
        "a parameter by its path, e.g. /prod/app/token, or by its ARN",
      )
        .optional()
        .describe("Parameter of AWS Systems Manager, by its path in the environment's account or by its ARN."),
    }),
  )
  .default({})
  .describe(
    "Secrets by the environment variable that ECS puts them into when a task starts; each has secretsManager or parameter. The data load gets none.",
  );

/** What else secrets of a task need. */
export const secretOptions = {
  secrets,
  secretsVersion: z
    .int()
    .min(1)
    .max(1000000)
    .optional()
    .describe(
      "Raise it after a secret was rotated: the tasks are replaced, and the new ones get the new value. They have it as SECRETS_VERSION.",
    ),
  secretsKmsKeyArns: list(
    text(
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{36}$/,
      "the ARN of a KMS key, e.g. arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-4234-8234-123456789012",
    ),
  )
    .default([])
    .describe("Customer managed keys that encrypt the secrets; none where the keys are those that AWS manages."),
};

/** What the tasks may do in AWS, by name. */
export const permissions = z
  .record(
    text(/^[A-Za-z][A-Za-z0-9]{0,63}$/, "up to 64 letters and digits, starting with a letter"),
    z.strictObject({
      use: z
        .enum(Object.keys(grants) as [GrantName, ...GrantName[]])
        .optional()
        .describe("A set of actions on the resource `of`."),
      of: text(/^arn:aws[a-z-]*:[\w:/.+=@-]+$/, "the ARN of the resource, without wildcards")
        .optional()
        .describe("ARN of the resource that `use` is about."),
      prefix: text(/^[\w./=+@-]{1,512}$/, "the beginning of object keys, e.g. daily/")
        .optional()
        .describe("Beginning of the keys of the objects, with s3-read and s3-write. Default: all objects."),
      actions: list(text(/^[a-z0-9-]+:[A-Za-z*?]+$|^\*$/, "an action of IAM, e.g. translate:TranslateText"))
        .optional()
        .describe("Actions, instead of `use`."),
      resources: list(text(/^(\*|arn:aws[a-z-]*:[\w:/.*?+=@-]+)$/, "the ARN of a resource, or *"))
        .optional()
        .describe("Resources of the actions."),
    }),
  )
  .default({})
  .describe(
    "What the tasks may do in AWS, by a name of your choice: use and of, or actions and resources. Without NAT, the endpoints of the services are created.",
  );

/** The process options of a container, defaults filled in. */
export type ProcessOptions = z.output<z.ZodObject<typeof processOptions>>;

/** The command options of a container, defaults filled in. */
export type CommandOptions = z.output<z.ZodObject<typeof commandOptions>>;
