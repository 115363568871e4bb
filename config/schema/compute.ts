import * as z from "zod";
import { instanceTypeForm } from "../instance-types";
import { mutualTls } from "./mutual-tls";
import { certificateArn, port, text, webAclArn } from "./primitives";

export const compute = z.strictObject({
  launchType: z
    .enum(["EC2", "FARGATE"])
    .default("EC2")
    .describe(
      "EC2: instances of an Auto Scaling group join the cluster. FARGATE: AWS runs the hosts. Also of workloads that name no launchType.",
    ),
  cpuArchitecture: z
    .enum(["ARM64", "X86_64"])
    .default("ARM64")
    .describe("CPU architecture of image, tasks and instances."),
  ec2: z
    .strictObject({
      instanceType: text(instanceTypeForm(""), "an EC2 instance type, e.g. t4g.medium")
        .default("t4g.medium")
        .describe("EC2 instance type; its architecture must be cpuArchitecture."),
      minimumInstances: z.int().min(0).max(1000).default(2).describe("Auto Scaling group's lower bound."),
      maximumInstances: z.int().min(1).max(1000).default(6).describe("Auto Scaling group's upper bound."),
      targetCapacityPercent: z
        .int()
        .min(1)
        .max(100)
        .default(100)
        .describe(
          "Target capacity of managed scaling: used share of the instances, in percent; below 100 keeps spare capacity.",
        ),
      amiVersion: text(
        /^2023\.\d+\.\d{8}$/,
        "the version of an ECS-optimized Amazon Linux 2023 AMI, e.g. 2023.0.20251108",
      )
        .optional()
        .describe(
          "Version of the ECS-optimized AMI (Amazon Linux 2023, kernel 6.1) to use; AWS deprecates it after two years. Default: the newest one at each plan, so that a deployment may replace the instances.",
        ),
      rootVolumeGib: z.int().min(30).max(16384).default(30).describe("Encrypted gp3 root volume, in GiB."),
    })
    .prefault({})
    .describe("EC2 capacity; used when launchType is EC2, and while fargate.keepInstances."),
  fargate: z
    .strictObject({
      spotSharePercent: z
        .int()
        .min(0)
        .max(100)
        .default(0)
        .describe("Share of tasks on Fargate Spot, in percent; one task always runs on plain Fargate."),
      keepInstances: z
        .boolean()
        .default(false)
        .describe(
          "Keep the instances of launch type EC2: for workloads of this launchType, or while the tasks move to Fargate, as the first of two steps of a switch without downtime.",
        ),
    })
    .prefault({})
    .describe("Fargate capacity; used when launchType is FARGATE, also that of a workload."),
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
      mutualTls: mutualTls
        .optional()
        .describe(
          "Mutual TLS: every listener asks clients for a certificate, and the application learns whose it is from headers of the ALB (docs/privatelink.md).",
        ),
      webAclArn: webAclArn
        .optional()
        .describe(
          "Web ACL of AWS WAF that exists, to which the ALB is added; not together with privatelink.consumers.<name>.limits, which have a web ACL of their own.",
        ),
      idleTimeoutSeconds: z
        .int()
        .min(1)
        .max(4000)
        .default(60)
        .describe(
          "Idle timeout of ALB connections, in seconds. The application has to keep idle connections longer: it gets KEEP_ALIVE_SECONDS, which is 15 more.",
        ),
      deregistrationDelaySeconds: z
        .int()
        .min(0)
        .max(3600)
        .default(30)
        .describe("Seconds during which a deregistered task may finish its requests."),
      accessLogRetentionDays: z.int().min(1).max(3650).default(90).describe("Days that access logs are kept in S3."),
      deletionProtection: z.boolean().default(true).describe("Refuse to delete the ALB."),
      accessLogForceDestroy: z
        .boolean()
        .default(false)
        .describe("Allow destroy to delete the access log bucket with its logs."),
    })
    .prefault({})
    .describe("Internal Application Load Balancer."),
  repository: z
    .strictObject({
      keepImages: z
        .int()
        .min(5)
        .max(1000)
        .default(20)
        .describe("Number of images kept: the running one, those to go back to, and the parts of a multi-part push."),
      forceDelete: z.boolean().default(false).describe("Allow destroy to delete a repository that still holds images."),
    })
    .prefault({})
    .describe("ECR repository."),
});
