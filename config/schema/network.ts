import { z } from "zod";
import { availabilityZoneId, cidrIpv4, list, retentionDays, text } from "./primitives";

const prefixLength = z.int().min(16).max(28);

export const network = z.strictObject({
  cidr: cidrIpv4.describe("IPv4 block of the VPC, /16 to /24; must not overlap networks it will be routed to."),
  availabilityZoneCount: z
    .literal([2, 3])
    .default(3)
    .describe("Number of Availability Zones used, 2 or 3. Consumers can connect only in zones the service has."),
  availabilityZoneIds: list(availabilityZoneId)
    .optional()
    .describe(
      "Availability Zone IDs, one per zone, to share zones with given consumers. Default: the Region's first zones by name.",
    ),
  natGateways: z
    .enum(["none", "single", "perAz"])
    .default("perAz")
    .describe(
      "NAT gateways for the private subnets: none (AWS services are reached by derived interface endpoints alone), single (cheap, one zone), perAz.",
    ),
  subnets: z
    .strictObject({
      publicPrefixLength: prefixLength.default(26).describe("Prefix length of each public subnet (NAT gateways only)."),
      privatePrefixLength: prefixLength
        .default(22)
        .describe("Prefix length of each private subnet (load balancers, instances, tasks, endpoints); 27 or shorter."),
      isolatedPrefixLength: prefixLength
        .default(26)
        .describe("Prefix length of each isolated subnet (database, mount targets); no route leaves the VPC."),
    })
    .prefault({})
    .describe("Sizes of the subnets; one of each kind per zone."),
  ipAddressType: z
    .enum(["ipv4", "dualstack"])
    .default("ipv4")
    .describe("Address family of VPC, load balancers and endpoint service."),
  additionalInterfaceEndpoints: list(
    text(
      /^[a-z0-9][a-z0-9.-]*$/,
      "the last part of an endpoint service name, e.g. sqs for com.amazonaws.eu-central-1.sqs",
    ),
  )
    .default([])
    .describe("Interface endpoints of your application, besides those that are derived."),
  flowLogs: z
    .strictObject({
      enabled: z.boolean().default(true).describe("Record accepted and rejected flows of the VPC in CloudWatch Logs."),
      retentionDays: retentionDays.default(90).describe("Days that flow logs are kept."),
    })
    .prefault({})
    .describe("VPC flow logs."),
});
