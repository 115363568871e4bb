import { namesOfAws } from "../../../config/names-of-aws";

/** A variable of the exported module. */
export interface Variable {
  /** Terraform's type. */
  readonly type: string;
  readonly description: string;
  /** Absent: the caller must give a value. */
  readonly default?: unknown;
  /** Whether null is a value. @default false */
  readonly nullable?: boolean;
  readonly validation?: { readonly condition: string; readonly errorMessage: string }[];
}

const matches = (name: string, pattern: string): string => `\${can(regex("${pattern}", var.${name}))}`;
const eachMatches = (name: string, pattern: string): string =>
  `\${alltrue([for entry in var.${name} : can(regex("${pattern}", entry))])}`;

/** Variables of the exported module, in the order in which a reader needs them. */
export const VARIABLES = {
  name: {
    type: "string",
    description: "Name of endpoint and security group.",
    default: "privatelink",
    validation: [
      {
        condition: matches("name", "^[A-Za-z][A-Za-z0-9-]{0,63}$"),
        errorMessage: "name: 1 to 64 letters, digits and hyphens, starting with a letter.",
      },
    ],
  },
  service_name: {
    type: "string",
    description: "Name of the endpoint service, from the provider's invitation.",
    validation: [
      {
        condition: matches("service_name", "^(cn[.])?com[.]amazonaws[.]vpce[.][a-z0-9-]+[.]vpce-svc-[0-9a-f]{8,17}$"),
        errorMessage:
          "service_name: a name as the provider gives it, e.g. com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0.",
      },
    ],
  },
  service_region: {
    type: "string",
    description: "Region of the service, where it is not your own.",
    default: null,
    nullable: true,
    validation: [
      {
        condition: `\${var.service_region == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.service_region))}`,
        errorMessage: "service_region: a Region code, e.g. eu-central-1.",
      },
    ],
  },
  vpc_id: {
    type: "string",
    description: "VPC of the clients.",
    validation: [
      { condition: matches("vpc_id", "^vpc-[0-9a-f]{8,17}$"), errorMessage: "vpc_id: e.g. vpc-0123456789abcdef0." },
    ],
  },
  subnet_ids: {
    type: "list(string)",
    description: "Subnets of the VPC for the endpoint: at most one per Availability Zone, in zones of the service.",
    validation: [
      { condition: "${length(var.subnet_ids) > 0}", errorMessage: "subnet_ids: at least one subnet." },
      {
        condition: eachMatches("subnet_ids", "^subnet-[0-9a-f]{8,17}$"),
        errorMessage: "subnet_ids: subnet ids, e.g. subnet-0123456789abcdef0.",
      },
    ],
  },
  ports: {
    type: "list(number)",
    description: "TCP ports of the service that clients use.",
    default: [80],
    validation: [
      {
        condition:
          "${length(var.ports) > 0 && alltrue([for port in var.ports : port >= 1 && port <= 65535 && floor(port) == port])}",
        errorMessage: "ports: whole numbers from 1 to 65535, at least one.",
      },
    ],
  },
  client_cidrs: {
    type: "list(string)",
    description: "IPv4 ranges that may use the endpoint.",
    default: [],
    validation: [
      {
        condition:
          "${alltrue([for cidr in var.client_cidrs : can(cidrnetmask(cidr)) && try(cidrsubnet(cidr, 0, 0), null) == cidr])}",
        errorMessage: "client_cidrs: IPv4 blocks whose address is the first of the block, e.g. 10.90.0.0/24.",
      },
      {
        condition: '${alltrue([for cidr in var.client_cidrs : !endswith(cidr, "/0")])}',
        errorMessage:
          "client_cidrs: ranges that exclude some addresses; 0.0.0.0/0 lets everyone in the VPC's reach in.",
      },
    ],
  },
  client_security_groups: {
    type: "map(string)",
    description:
      "Security groups whose members may use the endpoint: id by any name, e.g. { app = aws_security_group.app.id }.",
    default: {},
    validation: [
      {
        condition: `\${alltrue([for id in values(var.client_security_groups) : can(regex("^sg-[0-9a-f]{8,17}$", id))])}`,
        errorMessage: "client_security_groups: security group ids, e.g. sg-0123456789abcdef0.",
      },
    ],
  },
  client_ipv6_cidrs: {
    type: "list(string)",
    description: "IPv6 ranges that may use the endpoint, with ip_address_type dualstack or ipv6.",
    default: [],
    validation: [
      {
        condition:
          '${alltrue([for cidr in var.client_ipv6_cidrs : strcontains(cidr, ":") && can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])}',
        errorMessage: "client_ipv6_cidrs: IPv6 blocks that exclude some addresses, e.g. 2001:db8::/56.",
      },
    ],
  },
  client_prefix_lists: {
    type: "map(string)",
    description:
      'Prefix lists whose addresses may use the endpoint: id by any name, e.g. { offices = "pl-0123456789abcdef0" }.',
    default: {},
    validation: [
      {
        condition: `\${alltrue([for id in values(var.client_prefix_lists) : can(regex("^pl-[0-9a-f]{8,17}$", id))])}`,
        errorMessage: "client_prefix_lists: prefix list ids, e.g. pl-0123456789abcdef0.",
      },
    ],
  },
  security_group_ids: {
    type: "list(string)",
    description:
      "More security groups of yours for the endpoint. The module's own group admits the clients named above.",
    default: [],
    validation: [
      {
        condition: eachMatches("security_group_ids", "^sg-[0-9a-f]{8,17}$"),
        errorMessage: "security_group_ids: security group ids, e.g. sg-0123456789abcdef0.",
      },
      {
        // Source: Amazon VPC User Guide, "Amazon VPC quotas": five security groups for each network interface.
        condition: "${length(var.security_group_ids) <= 4}",
        errorMessage: "security_group_ids: at most 4, since a network interface takes 5 and the module adds one.",
      },
    ],
  },
  ip_address_type: {
    type: "string",
    description:
      "Address families of the endpoint: ipv4, dualstack or ipv6, of those that the service supports. Default: AWS's, ipv4.",
    default: null,
    nullable: true,
    validation: [
      {
        condition:
          '${var.ip_address_type == null || contains(["ipv4", "dualstack", "ipv6"], coalesce(var.ip_address_type, "none"))}',
        errorMessage: "ip_address_type: ipv4, dualstack or ipv6.",
      },
    ],
  },
  private_dns_enabled: {
    type: "bool",
    description:
      "Let clients use the service's private DNS name. AWS takes true only once the provider has accepted the endpoint: apply a second time.",
    default: false,
  },
  private_hosted_zone_name: {
    type: "string",
    description:
      "Name of a private hosted zone to create, whose apex leads to the endpoint, e.g. app.example.internal.",
    default: null,
    nullable: true,
    validation: [
      {
        condition: `\${var.private_hosted_zone_name == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,63}$", var.private_hosted_zone_name))}`,
        errorMessage: "private_hosted_zone_name: a domain name in lower case without a final dot.",
      },
      {
        condition: `\${var.private_hosted_zone_name == null || alltrue([for domain in ${JSON.stringify(namesOfAws)} : !endswith(".\${coalesce(var.private_hosted_zone_name, "none")}", ".\${domain}")])}`,
        errorMessage: `private_hosted_zone_name: no name of AWS (${namesOfAws.join(", ")}), since the zone would hide it from the whole VPC.`,
      },
    ],
  },
  additional_vpc_ids: {
    type: "list(string)",
    description: "More VPCs of this account and Region that see the private hosted zone.",
    default: [],
    validation: [
      {
        condition: eachMatches("additional_vpc_ids", "^vpc-[0-9a-f]{8,17}$"),
        errorMessage: "additional_vpc_ids: VPC ids, e.g. vpc-0123456789abcdef0.",
      },
      {
        condition: "${length(distinct(var.additional_vpc_ids)) == length(var.additional_vpc_ids)}",
        errorMessage: "additional_vpc_ids: each VPC once.",
      },
    ],
  },
  tags: {
    type: "map(string)",
    description: "Tags of all resources, besides the provider's default_tags.",
    default: {},
  },
  timeouts: {
    type: "object({ create = optional(string), update = optional(string), delete = optional(string) })",
    description: 'How long Terraform waits for the endpoint, e.g. { create = "20m" }. Default: the provider\'s, 10m.',
    default: {},
  },
} satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
