import { z } from "zod";
import {
  certificateArn,
  cidr,
  domainName,
  hostedZoneId,
  list,
  port,
  reason,
  region,
  text,
  vpcEndpointId,
} from "./primitives";

/** Who may create an endpoint. Source: "Manage permissions", AWS PrivateLink guide. */
const principal = text(
  /^(\*|arn:aws[a-z-]*:iam::\d{12}:(root|role\/[\w+=,.@/-]+|user\/[\w+=,.@/-]+)|arn:aws[a-z-]*:organizations::\d{12}:(organization\/o-[a-z0-9]{10,32}|ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9-]+))$/,
  "the ARN of an account (arn:aws:iam::111122223333:root), role, user, organization or organizational unit, or *",
);

export const sync = z.strictObject({
  maximumUnconfirmedRuns: z
    .int()
    .min(1)
    .max(60)
    .default(3)
    .describe("Runs that a target is kept whose network interface is gone while DNS still lists its address."),
  maximumDeregistrationSharePercent: z
    .int()
    .min(1)
    .max(100)
    .default(50)
    .describe("Share of a target group that one run may deregister on one witness alone, in percent."),
  minimumHealthyTargets: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe("Healthy targets that a run on one witness alone never goes below."),
  dryRun: z.boolean().default(false).describe("Decide, log and measure, but change no target."),
  quickTrigger: z
    .boolean()
    .default(false)
    .describe(
      "Also run on events of load balancer network interfaces (needs a CloudTrail trail with management events).",
    ),
  insideVpc: z
    .boolean()
    .default(false)
    .describe("Run the function in the private subnets; the endpoints it needs are derived."),
  reserveConcurrency: z
    .boolean()
    .default(true)
    .describe(
      "Keep runs apart by a reserved concurrency of 1. false: for accounts whose concurrency quota leaves nothing to reserve.",
    ),
  architecture: z.enum(["arm64", "x86_64"]).default("arm64").describe("Instruction set of the function."),
  prebuiltPackage: text(
    /^(?!\/)(?!.*\.\.).+\.zip$/,
    "the path of a .zip file inside the project folder, e.g. dist/alb-ip-sync.zip",
  )
    .optional()
    .describe(
      "Package made by `npm run build:lambda`, for runs that plan and apply in different places. Default: zipped by Terraform.",
    ),
});

export const privatelink = z.strictObject({
  albTargetMode: z
    .enum(["ip-sync", "alb-target"])
    .default("ip-sync")
    .describe("How the NLB reaches the ALB: addresses kept by the sync Lambda, or a target group of type alb."),
  listeners: z
    .array(
      z.strictObject({
        port: port.describe("TCP port that consumers connect to."),
        albListenerPort: port.optional().describe("ALB listener it leads to. Default: the same port."),
        certificateArn: certificateArn.optional().describe("ACM certificate: the NLB ends TLS (ip-sync only)."),
      }),
    )
    .max(50)
    .default([])
    .describe("Listeners of the NLB. Default: one per ALB listener, on the same port."),
  enforceInboundRulesOnPrivateLinkTraffic: z
    .enum(["on", "off"])
    .describe(
      "Whether the NLB's security group checks PrivateLink traffic. on: only consumerCidrs pass, by the client's private address; off: acceptance and principals alone decide.",
    ),
  consumerCidrs: list(cidr)
    .default([])
    .describe(
      "Address ranges of clients in consumer VPCs; needed when enforcement is on. May overlap each other; IPv6 with dualstack.",
    ),
  crossZoneLoadBalancing: z
    .boolean()
    .default(false)
    .describe("Let an NLB node use targets in other zones; billed per GB by AWS."),
  tcpIdleTimeoutSeconds: z
    .int()
    .min(60)
    .max(6000)
    .default(350)
    .describe("Idle timeout of NLB connections, in seconds."),
  deletionProtection: z.boolean().default(true).describe("Refuse to delete the NLB."),
  targetGroup: z
    .strictObject({
      deregistrationDelaySeconds: z
        .int()
        .min(0)
        .max(3600)
        .optional()
        .describe("Seconds that connections to a leaving ALB node may finish (ip-sync only). AWS's default is 300."),
      proxyProtocolV2: z
        .boolean()
        .default(false)
        .describe("PROXY protocol v2 towards the target; an ALB does not understand it."),
      healthCheckProtocol: z
        .enum(["HTTP", "HTTPS", "TCP"])
        .optional()
        .describe("Health check of the NLB's targets. Default: the ALB listener's protocol."),
    })
    .prefault({})
    .describe("Target groups of the NLB."),
  allowedPrincipals: list(principal)
    .default([])
    .describe("Who may create endpoints to the service. Removing one does not end its existing connections."),
  acceptanceRequired: z.boolean().default(true).describe("Each connection waits until the provider accepts it."),
  acceptedEndpointIds: list(vpcEndpointId)
    .default([])
    .describe("Endpoints that Terraform accepts; needs acceptanceRequired."),
  privateDns: z
    .strictObject({
      name: domainName.describe("Name that consumers may use for their endpoint, e.g. app.example.com."),
      publicZoneId: hostedZoneId
        .optional()
        .describe(
          "Route 53 public hosted zone of that name in this account; the TXT record for the proof of ownership goes there.",
        ),
      acknowledgeExternalTxtRecord: reason
        .optional()
        .describe("Reason why there is no such zone; the record to create elsewhere becomes an output."),
    })
    .optional()
    .describe("Private DNS name of the service. Without: consumers use a private hosted zone of their own."),
  supportedRegions: list(region)
    .default([])
    .describe("Further Regions from which consumers may connect, besides the environment's own."),
  connectionEvents: list(z.enum(["Connect", "Accept", "Reject", "Delete"]))
    .default(["Connect", "Accept", "Reject", "Delete"])
    .describe("Connection events that are sent to the notification topic; none: no notification."),
  sync: sync
    .prefault({})
    .describe("The Lambda that keeps the NLB's targets equal to the ALB's addresses (ip-sync only)."),
});
