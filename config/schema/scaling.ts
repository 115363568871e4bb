import * as z from "zod";
import { text } from "./primitives";
import { cron, timeZone } from "./schedule";

const scheduleName = text(
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "lower-case letters, digits and single hyphens, starting with a letter",
).max(40, { error: "at most 40 characters" });

/** Times from which on a service has other bounds, by name. */
export const schedules = z
  .record(
    scheduleName,
    z.strictObject({
      schedule: cron.describe("When its bounds begin to hold; they hold until another schedule's do."),
      timeZone,
      minimumTasks: z.int().min(0).max(1000).describe("Minimum number of tasks from then on."),
      maximumTasks: z.int().min(1).max(1000).describe("Maximum number of tasks from then on; not above the service's."),
    }),
  )
  .default({})
  .describe(
    "Other bounds of scaling from certain times on, by a name of your choice: usually one schedule for the beginning and one for the end. Terraform then leaves the bounds in force alone.",
  );

/** How many tasks a service behind the ALB has, and what decides. */
export const scalingOptions = {
  minimumTasks: z.int().min(1).max(1000).default(2).describe("Minimum number of running tasks."),
  maximumTasks: z.int().min(1).max(1000).default(6).describe("Maximum number of tasks; limit of service autoscaling."),
  targetCpuPercent: z
    .int()
    .min(10)
    .max(90)
    .default(60)
    .describe("Target of service autoscaling: average CPU of the tasks, in percent."),
  targetMemoryPercent: z
    .int()
    .min(10)
    .max(90)
    .optional()
    .describe(
      "Target of service autoscaling: average memory of the tasks, in percent. Of several targets, the one that needs most tasks decides. Default: memory scales nothing.",
    ),
  targetRequestsPerTask: z
    .int()
    .min(1)
    .max(1000000)
    .optional()
    .describe(
      "Target of service autoscaling: requests of the ALB for each task and minute. Default: requests scale nothing.",
    ),
  schedules,
};

/** What decides how many tasks a service has, defaults filled in. */
export type ScheduleOptions = z.output<typeof schedules>;
