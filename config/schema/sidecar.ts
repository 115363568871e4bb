import * as z from "zod";
import {
  commandOptions,
  environmentVariables,
  folder,
  MAXIMUM_CPU,
  MAXIMUM_MEMORY_MIB,
  noHealthCheck,
  processOptions,
  secrets,
} from "./container";
import { pullOptions } from "./image";
import { imageUri, list, port, text } from "./primitives";

/** Name of a container. */
export const containerName = text(
  /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/,
  "2 to 40 lower-case letters, digits and hyphens, starting with a letter",
);

/** Name of the application's own container in every task. */
export const applicationContainer = "app";

const sidecar = z.strictObject({
  image: imageUri.describe("Image that is already in a registry; use a digest, so that all tasks run the same image."),
  ...pullOptions,
  cpu: z
    .int()
    .min(1)
    .max(MAXIMUM_CPU)
    .optional()
    .describe("CPU units of the task that are reserved for the container."),
  memoryMib: z
    .int()
    .min(6)
    .max(MAXIMUM_MEMORY_MIB)
    .describe("Most memory of the container, in MiB, out of the task's; a container that takes more is ended."),
  essential: z.boolean().default(true).describe("Whether the task ends where the container ends."),
  startsBefore: list(containerName)
    .default([])
    .describe("Containers that start only after this one: other sidecars, or app, the application's own."),
  condition: z
    .enum(["START", "HEALTHY", "SUCCESS"])
    .optional()
    .describe(
      "What those wait for: that it has started, is healthy, or has ended with exit code 0. Default: HEALTHY with healthCheckCommand, otherwise START.",
    ),
  ports: list(port).default([]).describe("TCP ports that it listens on; containers of a task share one localhost."),
  environment: environmentVariables.describe("Its environment variables; never secrets."),
  secrets,
  sharedFolders: list(folder)
    .default([])
    .describe(
      "Folders that it shares with the application, at the same path in both, and empty at start. A VOLUME in the image decides who may write to them; default: root.",
    ),
  ...processOptions,
  ...commandOptions,
  healthCheckCommand: commandOptions.healthCheckCommand
    .removeDefault()
    .default(noHealthCheck)
    .describe("Command by which ECS checks the container: CMD or CMD-SHELL, then the command."),
  logRouter: z
    .strictObject({
      type: z.enum(["fluentbit", "fluentd"]).describe("Program of the image."),
      options: z
        .record(
          text(/^[\w.@-]{1,128}$/, "the name of an option of the output"),
          text(/^[\w.:/@+*()-]{0,512}$/, "a value"),
        )
        .default({})
        .describe("Options of the output that the application's logs go to, e.g. Name: cloudwatch_logs."),
    })
    .optional()
    .describe("Makes the container the FireLens log router: the application sends its output to it."),
});

/** Containers that run beside the application in each of its tasks, by name. */
export const sidecars = z.record(containerName, sidecar).default({});
