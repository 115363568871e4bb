import * as z from "zod";
import {
  anyText,
  availabilityZoneId,
  cidr,
  cidrIpv4,
  domainName,
  list,
  port,
  prefixListId,
  region,
  securityGroupId,
  subnetId,
  text,
  vpcId,
} from "./primitives";

/** A network interface takes five, and the endpoint has its own. Source: Amazon VPC User Guide, "Amazon VPC quotas". */
const additionalSecurityGroups = 4;

const timeoutMinutes = z.int().min(1).max(180).optional();

export const consumerOptions = {
  service: z
    .strictObject({
      name: text(
        /^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8,17}$/,
        "a service name as the provider gives it, e.g. com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
      )
        .optional()
        .describe("Name of the endpoint service, from the provider's invitation."),
      environment: text(/^[a-z][a-z0-9-]*$/, "the name of a file in config/environments, e.g. dev")
        .optional()
        .describe("Environment of this project whose endpoint service is used, by cross-stack output."),
      region: region.optional().describe("Region of the service, if it is not the consumer's Region."),
      availabilityZoneIds: list(availabilityZoneId)
        .optional()
        .describe("Zones of the service, from the invitation; the consumer's subnets are checked against them."),
      ports: list(port)
        .min(1)
        .optional()
        .describe("TCP ports of the service that clients use. Default: those of the environment, else 80."),
    })
    .describe("The endpoint service: exactly one of name and environment."),
  vpc: z
    .strictObject({
      id: vpcId.optional().describe("Existing VPC, by id."),
      tags: z.record(anyText, anyText).optional().describe("Existing VPC, by tags that only it has."),
      subnetIds: list(subnetId).optional().describe("Its subnets for the endpoint, at most one per zone."),
      availabilityZoneIds: list(availabilityZoneId)
        .optional()
        .describe("Instead of subnetIds: the zones; the one matching subnet in each is looked up."),
      subnetTags: z
        .record(anyText, anyText)
        .optional()
        .describe("With availabilityZoneIds: tags that single out one subnet per zone."),
      cidr: cidrIpv4.optional().describe("Instead of an existing VPC: create a small one with this block, /16 to /26."),
      availabilityZoneCount: z.int().min(1).max(3).default(2).describe("Number of zones of a created VPC."),
    })
    .describe("The consumer's VPC: exactly one of id, tags and cidr."),
  clients: z
    .strictObject({
      cidrs: list(cidr)
        .default([])
        .describe(
          "IPv4 ranges, and IPv6 ranges with endpoint.ipAddressType dualstack or ipv6, that may use the endpoint. The block of a created VPC is always included.",
        ),
      prefixListIds: list(prefixListId)
        .default([])
        .describe(
          "Prefix lists whose addresses may use the endpoint. AWS counts each as its maximum number of entries.",
        ),
      securityGroupIds: list(securityGroupId)
        .default([])
        .describe("Security groups whose members may use the endpoint."),
    })
    .prefault({})
    .describe("Clients that may use the endpoint; all others are blocked."),
  endpoint: z
    .strictObject({
      ipAddressType: z
        .enum(["ipv4", "dualstack", "ipv6"])
        .optional()
        .describe(
          "Addresses of the endpoint, of those that the service supports. dualstack needs subnets with IPv6 blocks, ipv6 needs IPv6-only subnets. Default: AWS's, ipv4.",
        ),
      securityGroupIds: list(securityGroupId)
        .max(additionalSecurityGroups, {
          error: `at most ${additionalSecurityGroups} security groups beside the endpoint's own`,
        })
        .default([])
        .describe("More security groups of the endpoint; what they allow in is added to what clients may use."),
      timeoutMinutes: z
        .strictObject({
          create: timeoutMinutes.describe(
            "Minutes that Terraform waits for a new endpoint. Default: the provider's, 10.",
          ),
          update: timeoutMinutes.describe("Minutes that Terraform waits for a change. Default: the provider's, 10."),
          delete: timeoutMinutes.describe(
            "Minutes that Terraform waits for the deletion. Default: the provider's, 10.",
          ),
        })
        .prefault({})
        .describe("How long Terraform waits for the endpoint."),
    })
    .prefault({})
    .describe(
      "The endpoint itself. It has no policy: AWS allows full access to endpoints of services that are not its own.",
    ),
  dns: z
    .strictObject({
      mode: z
        .enum(["none", "private-dns", "private-hosted-zone"])
        .default("none")
        .describe(
          "Name that clients use: the endpoint's own DNS names, the service's private DNS name (once accepted), or a record in a private hosted zone of the consumer.",
        ),
      name: domainName
        .optional()
        .describe("With private-hosted-zone: the name of the zone; its apex leads to the endpoint."),
      additionalVpcIds: list(vpcId).default([]).describe("With private-hosted-zone: more VPCs that see the zone."),
      privateDnsEnabled: z
        .boolean()
        .default(false)
        .describe("With private-dns: set to true for the second apply, once the provider has accepted the endpoint."),
    })
    .prefault({})
    .describe("How clients name the service."),
};
