import * as z from "zod";
import { availabilityZoneId, cidrIpv4, list, retentionDays, routeTableId, subnetId, text, vpcId } from "./primitives";

const prefixLength = z.int().min(16).max(28);

const serviceName = text(
  /^[a-z0-9][a-z0-9.-]*$/,
  "the last part of an endpoint service name, e.g. sqs for com.amazonaws.eu-central-1.sqs",
);

const chosenSubnets = () =>
  z.strictObject({
    ids: list(subnetId).min(2).optional().describe("Subnets by id, one per Availability Zone."),
    tags: z
      .record(z.string(), z.string())
      .optional()
      .describe("Instead of ids: tags that single out one subnet in each of network.availabilityZoneIds."),
  });

/** A VPC that exists, with all that the environment needs of it: nothing of it is created or changed. */
const existing = z.strictObject({
  vpcId: vpcId.describe("The VPC, by id; the environment's account must own it."),
  privateSubnets: chosenSubnets().describe("Subnets of load balancers, instances, tasks and endpoints."),
  isolatedSubnets: chosenSubnets()
    .optional()
    .describe("Subnets of database and mount targets, in the same zones. Default: the private subnets."),
  routeTableIds: list(routeTableId)
    .default([])
    .describe(
      "Route tables that gateway endpoints are added to: those of the private subnets. Not needed where provides names s3.",
    ),
  provides: list(serviceName)
    .default([])
    .describe(
      "Resources that the VPC already has: nat, s3 and dynamodb (gateway endpoints), and interface endpoints with private DNS by the last part of their service name, e.g. ecr.api.",
    ),
});

export const network = z.strictObject({
  cidr: cidrIpv4
    .optional()
    .describe("Create a VPC with this IPv4 block, /16 to /24; must not overlap networks to which it will be routed."),
  existing: existing.optional().describe("Instead of cidr: use an existing VPC, which is not changed."),
  availabilityZoneCount: z
    .literal([2, 3])
    .default(3)
    .describe("Number of Availability Zones used, 2 or 3. Consumers can connect only in zones the service has."),
  availabilityZoneIds: list(availabilityZoneId)
    .optional()
    .describe(
      "Availability Zone IDs, one per zone, to share zones with given consumers; of an existing VPC those of its subnets. Default: when the network is created, the Region's first zones by name; after that, subnets keep their zones.",
    ),
  natGateways: z
    .enum(["none", "single", "perAz"])
    .default("perAz")
    .describe(
      "NAT gateways for the private subnets: none (AWS services are reached only through interface endpoints, which cost more than NAT gateways if there are many), single (cheap, one zone), perAz. With each of them, S3 is reached through a gateway endpoint that admits only this account's principals: presigned URLs of other accounts and public buckets of the Region, such as the package repositories of Amazon Linux, are blocked.",
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
  additionalInterfaceEndpoints: list(serviceName)
    .default([])
    .describe(
      "Interface endpoints that your application needs, in addition to those of the pattern, which are created automatically. Without NAT, add each AWS service that the application calls, e.g. sts, monitoring, ssm or elasticfilesystem.",
    ),
  flowLogs: z
    .strictObject({
      enabled: z
        .boolean()
        .optional()
        .describe(
          "Record accepted and rejected flows of the whole VPC in CloudWatch Logs. Default: true for a VPC that is created, false for an existing one.",
        ),
      retentionDays: retentionDays.default(90).describe("Days that flow logs are kept."),
    })
    .prefault({})
    .describe("VPC flow logs."),
});
