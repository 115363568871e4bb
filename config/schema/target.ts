import * as z from "zod";

/** How the ALB speaks to the tasks of a service. */
export const targetOptions = {
  protocol: z
    .enum(["HTTP1", "HTTP2", "GRPC"])
    .default("HTTP1")
    .describe(
      "HTTP version of requests to the tasks. HTTP2 and GRPC need HTTPS listeners. With GRPC, healthCheckPath is a method that answers with status 0, e.g. /grpc.health.v1.Health/Check.",
    ),
  tls: z
    .boolean()
    .default(false)
    .describe(
      "Encrypt requests to the tasks: the container speaks TLS on its port. The ALB accepts any certificate, also a self-signed one.",
    ),
  stickinessSeconds: z
    .int()
    .min(1)
    .max(7 * 24 * 3600)
    .optional()
    .describe(
      "Seconds for which the ALB sends a client to the same task, by a cookie. Default: each request to any task.",
    ),
  slowStartSeconds: z
    .int()
    .min(30)
    .max(900)
    .optional()
    .describe(
      "Seconds in which the share of requests of a new healthy task rises to its full share. Default: at once.",
    ),
};

/** The target options, defaults filled in. */
export type TargetOptions = z.output<z.ZodObject<typeof targetOptions>>;
