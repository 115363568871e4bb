import * as z from "zod";
import {
  certificateArn,
  cidr,
  domainName,
  freeText,
  hostedZoneId,
  list,
  port,
  reason,
  region,
  vpcEndpointId,
} from "./primitives";
import { principal, serviceConsumers } from "./service-consumers";

const prebuiltPackage = (example: string) =>
  freeText(/^(?!\/)(?!.*\.\.).+\.zip$/, `the path of a .zip file inside the project folder, e.g. ${example}`)
    .optional()
    .describe(
      "Package built by `npx ecs-privatelink build-lambda`, for runs that plan and apply in different places. Default: zipped by Terraform.",
    );

const architecture = z.enum(["arm64", "x86_64"]).default("arm64").describe("Instruction set of the function.");

export const sync = z.strictObject({
  maximumUnconfirmedRuns: z
    .int()
    .min(1)
    .max(60)
    .default(3)
    .describe(
      "Number of runs for which an unhealthy target is kept after its network interface has disappeared, while DNS still lists its address or does not answer.",
    ),
  maximumDeregistrationSharePercent: z
    .int()
    .min(1)
    .max(100)
    .default(50)
    .describe(
      "Share of a target group that one run may deregister if the sources do not agree, in percent; at least one target.",
    ),
  minimumHealthyTargets: z
    .int()
    .min(0)
    .max(100)
    .default(1)
    .describe("Healthy targets that always remain, unless another network interface has their address."),
  watch: z
    .boolean()
    .default(true)
    .describe("Query DNS every ten seconds between two runs; the function then runs for most of each minute."),
  dryRun: z.boolean().default(false).describe("Decide, log and publish metrics, but change no target."),
  quickTrigger: z
    .boolean()
    .default(false)
    .describe(
      "Also run on events of load balancer network interfaces (needs a CloudTrail trail with management events).",
    ),
  insideVpc: z
    .boolean()
    .default(false)
    .describe("Run the function in the private subnets; the endpoints that it needs are created."),
  reserveConcurrency: z
    .boolean()
    .default(false)
    .describe(
      "Reserve a concurrency of 2 for the function (1 without watch), from the account's quota; new accounts have none to reserve. Concurrent runs are correct without it.",
    ),
  architecture,
  prebuiltPackage: prebuiltPackage("dist/alb-ip-sync.zip"),
});

const consumerConnections = z.strictObject({
  sweepMinutes: z
    .int()
    .min(1)
    .max(60)
    .default(5)
    .describe("Minutes between two runs; connection events start a run at once."),
  dryRun: z.boolean().default(false).describe("Decide, log and publish metrics, but accept and reject no endpoint."),
  architecture,
  prebuiltPackage: prebuiltPackage("dist/consumer-connections.zip"),
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
      "Whether the NLB's security group checks PrivateLink traffic. on: only clients with a private address in consumerCidrs pass; off: only principals and acceptance decide.",
    ),
  consumerCidrs: list(cidr)
    .default([])
    .describe(
      "Address ranges of clients in consumer VPCs; required when enforcement is on. Ranges may overlap; IPv6 with dualstack.",
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
        .describe(
          "Seconds during which connections to a deregistered ALB node may finish (ip-sync only). AWS's default is 300.",
        ),
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
    .describe(
      "Principals that may create endpoints to the service. Removing a principal does not end its existing connections.",
    ),
  consumers: serviceConsumers,
  acceptanceRequired: z
    .boolean()
    .default(true)
    .describe("Whether each connection waits until the provider accepts it."),
  acceptedEndpointIds: list(vpcEndpointId)
    .default([])
    .describe("Endpoints that Terraform accepts; needs acceptanceRequired."),
  privateDns: z
    .strictObject({
      name: domainName.describe("Name that consumers may use for their endpoint, e.g. app.example.com."),
      publicZoneId: hostedZoneId
        .optional()
        .describe(
          "Route 53 public hosted zone of that name in this account; the TXT record for the proof of ownership is created there.",
        ),
      acknowledgeExternalTxtRecord: reason
        .optional()
        .describe("Reason why there is no such zone; the record to create elsewhere becomes an output."),
    })
    .optional()
    .describe("Private DNS name of the service. Without it, consumers use a private hosted zone of their own."),
  supportedRegions: list(region)
    .optional()
    .describe(
      "Additional Regions from which consumers may connect. []: remove all additional Regions. Not set: Terraform does not change them, and the plan stops if the service has any.",
    ),
  connectionEvents: list(z.enum(["Connect", "Accept", "Reject", "Delete"]))
    .default(["Connect", "Accept", "Reject", "Delete"])
    .describe("Connection events that are sent to the notification topic; []: no notification."),
  contributorInsights: z
    .boolean()
    .default(false)
    .describe(
      "Turn on the four Contributor Insights rules of AWS that rank endpoints by bytes, active connections, new connections and resets; AWS bills each rule.",
    ),
  consumerConnections: consumerConnections
    .prefault({})
    .describe(
      "The Lambda that accepts endpoints of consumers with accept.automatically, watches until and expectConnected.",
    ),
  sync: sync
    .prefault({})
    .describe("The Lambda that keeps the NLB's targets equal to the ALB's addresses (ip-sync only)."),
});
