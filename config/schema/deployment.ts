import * as z from "zod";
import { list, text } from "./primitives";

/** Strategies that ECS has and this project does not, so that their names get an answer of their own. */
const shifting = ["blueGreen", "canary", "linear"];

const whyNotThisStrategy = (given: unknown): string | undefined =>
  typeof given === "string" && shifting.includes(given)
    ? "rolling: ECS shifts traffic between two target groups only by options that AWS provider 6.4 introduced, and this project pins 5.100 (docs/aws-provider-6.md)"
    : undefined;

/** How new tasks replace old ones in a service behind the ALB, and what rolls a deployment back. */
export const deploymentOptions = {
  deployment: z
    .strictObject({
      strategy: z
        .enum(["rolling"], { error: ({ input }) => whyNotThisStrategy(input) })
        .default("rolling")
        .describe(
          "How new tasks replace old ones. rolling: new tasks start first, and old ones stop once new ones are healthy.",
        ),
      rollbackAlarms: z
        .strictObject({
          server5xxPercent: z
            .number()
            .min(0.1)
            .max(100)
            .optional()
            .describe(
              "Share of requests that the tasks answer with 5xx, in percent, above which a deployment is rolled back; counted by the minute, from 20 requests on. Default: no such alarm.",
            ),
          latencyP99Milliseconds: z
            .int()
            .min(1)
            .max(4000000)
            .optional()
            .describe(
              "99th percentile of the tasks' response time above which a deployment is rolled back. Default: no such alarm.",
            ),
          alarmNames: list(
            text(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/, "the name of an alarm of CloudWatch, in ASCII"),
          )
            .default([])
            .describe("Alarms of CloudWatch that exist, any of which rolls a deployment back also."),
        })
        .prefault({})
        .describe(
          "Alarms that roll a deployment back, until ECS has watched it for some minutes. A deployment whose tasks do not become healthy is rolled back in any case.",
        ),
    })
    .prefault({})
    .describe("How deployments are made."),
};

/** The deployment options, defaults filled in. */
export type DeploymentOptions = z.output<(typeof deploymentOptions)["deployment"]>;
