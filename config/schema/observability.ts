import * as z from "zod";
import { email, httpsUrl, list, retentionDays } from "./primitives";

export const observability = z.strictObject({
  logRetentionDays: retentionDays.default(90).describe("Days that logs of tasks, Lambda and ECS Exec are kept."),
  alarmEmails: list(email)
    .default([])
    .describe(
      "Addresses that alarms and connection events are sent to; each must confirm once. Production needs one, or a reason in acknowledge.noAlarmRecipient.",
    ),
  runbookUrl: httpsUrl
    .optional()
    .describe("Address of your copy of docs/alarms.md; each alarm's description links to its entry there."),
  dashboard: z.boolean().default(true).describe("CloudWatch dashboard of the whole path."),
  thresholds: z
    .strictObject({
      alb5xxPercent: z.number().min(0).max(100).default(1).describe("Share of 5xx answers over 5 minutes, in percent."),
      latencyP99Milliseconds: z
        .int()
        .min(1)
        .default(2000)
        .describe("99th percentile of the response time, in milliseconds."),
      databaseCpuPercent: z.int().min(1).max(100).default(80).describe("Database CPU over 15 minutes, in percent."),
      databaseCapacityPercent: z
        .int()
        .min(1)
        .max(100)
        .default(90)
        .describe("Share of the cluster's maxCapacity that is used over 15 minutes, in percent; with Aurora."),
      databaseFreeStorageGib: z.number().min(0).default(5).describe("Free database storage, in GiB."),
      databaseConnections: z.int().min(1).default(80).describe("Open database connections."),
      portAllocationErrors: z
        .int()
        .min(1)
        .default(1)
        .describe(
          "NLB port allocation errors in 5 minutes; one means that connections have failed (55,000 per target).",
        ),
      blockedFlows: z.int().min(1).default(100).describe("Flows that the NLB's security group refused in 5 minutes."),
      resetPackets: z.int().min(1).default(1000).describe("RST packets of endpoints in 5 minutes."),
      fileSystemIoPercent: z
        .int()
        .min(1)
        .max(100)
        .default(90)
        .describe("Share of the EFS I/O limit that is used over 15 minutes, in percent."),
    })
    .prefault({})
    .describe("When alarms fire."),
});
