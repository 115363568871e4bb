import { EXAMPLES } from "./examples";

/** What a mocked AWS answers, for a provider or a run. */
function answer(target: string, values: Readonly<Record<string, unknown>>): string {
  const width = Math.max(...Object.keys(values).map(({ length }) => length));
  const lines = Object.entries(values).map(([name, value]) => `      ${name.padEnd(width)} = ${hcl(value)}`);
  return ["  override_data {", `    target = ${target}`, "    values = {", ...lines, "    }", "  }"].join("\n");
}

const hcl = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(hcl).join(", ")}]` : JSON.stringify(value);

/** Address of the module in its examples. */
const MODULE = "module.app_endpoint.";

const service = ({
  privateDnsName = "app.example.com",
  families = ["ipv4", "ipv6"],
  within = "",
  zones = ["eu-central-1a", "eu-central-1b"],
}: {
  readonly privateDnsName?: string;
  readonly families?: readonly string[];
  readonly within?: string;
  readonly zones?: readonly string[];
} = {}) =>
  answer(`${within}data.aws_vpc_endpoint_service.lookup_service`, {
    availability_zones: zones,
    private_dns_name: privateDnsName,
    supported_ip_address_types: families,
  });

const VPC_ID = "vpc-0123456789abcdef0";
const ACCOUNT_ID = "444455556666";

const vpc = ({ dnsHostnames, within = "" }: { readonly dnsHostnames: boolean; readonly within?: string }) =>
  [
    answer(`${within}data.aws_caller_identity.existing_account`, { account_id: ACCOUNT_ID }),
    answer(`${within}data.aws_vpc.existing_vpc`, {
      id: VPC_ID,
      owner_id: ACCOUNT_ID,
      enable_dns_support: true,
      enable_dns_hostnames: dnsHostnames,
    }),
  ].join("\n");

const ZONE_IDS = { a: "euc1-az2", b: "euc1-az3", c: "euc1-az1" };

const subnet = (
  index: number,
  {
    ipv6Block = "2001:db8::/64",
    vpcId = VPC_ID,
    within = "",
    zone,
  }: {
    readonly zone: keyof typeof ZONE_IDS;
    readonly ipv6Block?: string;
    readonly vpcId?: string;
    readonly within?: string;
  },
) =>
  answer(`${within}data.aws_subnet.existing_subnet[${index}]`, {
    id: `subnet-0123456789abcdef${index}`,
    vpc_id: vpcId,
    availability_zone: `eu-central-1${zone}`,
    availability_zone_id: ZONE_IDS[zone],
    ipv6_cidr_block: ipv6Block,
    ipv6_native: false,
  });

/** Test file of the exported module: runs with a mocked AWS provider, so without an account. */
export const moduleTests = `# Each run changes one thing about a VPC and a service that fit together.
mock_provider "aws" {
${service()}
${vpc({ dnsHostnames: true })}
${subnet(0, { zone: "a" })}
${subnet(1, { zone: "b" })}
}

variables {
  service_name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}

run "required_variables_are_enough" {
  command = plan

  assert {
    condition     = aws_vpc_endpoint.consumer_endpoint.private_dns_enabled == false
    error_message = "The private DNS name is on in the first apply."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.consumer_client_cidr) == 0
    error_message = "A client was admitted although none was named."
  }
  assert {
    condition     = length(aws_route53_zone.private_zone) == 0
    error_message = "A private hosted zone is made though none was asked for."
  }
}

run "clients_are_let_in_on_every_port" {
  command = plan
  variables {
    ports                  = [80, 443]
    client_cidrs           = ["10.90.0.0/24"]
    client_security_groups = { app = "sg-0123456789abcdef0" }
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_ingress_rule.consumer_client_cidr)) == toset(["10.90.0.0/24-80", "10.90.0.0/24-443"])
    error_message = "Not one rule per range and port."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.consumer_client_security_group["app-443"].referenced_security_group_id == "sg-0123456789abcdef0"
    error_message = "The security group is not let in."
  }
}

run "private_hosted_zone_is_seen_by_every_vpc" {
  command = plan
  variables {
    private_hosted_zone_name = "app.example.internal"
    additional_vpc_ids       = ["vpc-0123456789abcdef1"]
  }

  assert {
    condition     = toset(aws_route53_zone.private_zone["app.example.internal"].vpc[*].vpc_id) == toset(["vpc-0123456789abcdef0", "vpc-0123456789abcdef1"])
    error_message = "A VPC does not see the zone."
  }
}

run "private_dns_can_be_turned_on" {
  command = plan
  variables {
    private_dns_enabled = true
  }
}

run "fails_when_the_service_has_no_private_dns_name" {
  command = plan
  variables {
    private_dns_enabled = true
  }
${service({ privateDnsName: "" })}
  expect_failures = [aws_vpc_endpoint.consumer_endpoint]
}

run "fails_when_private_names_do_not_resolve_in_the_vpc" {
  command = plan
  variables {
    private_hosted_zone_name = "app.example.internal"
  }
${vpc({ dnsHostnames: false })}
  expect_failures = [data.aws_vpc.existing_vpc]
}

run "fails_when_two_subnets_are_in_one_zone" {
  command = plan
${subnet(1, { zone: "a" })}
  expect_failures = [aws_vpc_endpoint.consumer_endpoint]
}

run "fails_when_the_service_is_not_in_the_zone" {
  command = plan
${subnet(1, { zone: "c" })}
  expect_failures = [data.aws_subnet.existing_subnet]
}

run "zones_of_another_region_need_not_match" {
  command = plan
  variables {
    service_region = "us-east-1"
  }
${service({ privateDnsName: "", zones: ["us-east-1a"] })}
}

run "fails_when_a_subnet_is_in_another_vpc" {
  command = plan
${subnet(1, { zone: "b", vpcId: "vpc-0123456789abcdef1" })}
  expect_failures = [data.aws_subnet.existing_subnet]
}

run "endpoint_takes_own_groups_prefix_lists_families_and_tags" {
  command = plan
  variables {
    client_ipv6_cidrs        = ["2001:db8::/56"]
    client_prefix_lists      = { offices = "pl-0123456789abcdef0" }
    security_group_ids       = ["sg-0123456789abcdef1"]
    ip_address_type          = "dualstack"
    private_hosted_zone_name = "app.example.internal"
    tags                     = { team = "orders" }
    timeouts                 = { create = "20m" }
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.consumer_client_prefix_list["offices-80"].prefix_list_id == "pl-0123456789abcdef0"
    error_message = "The prefix list is not let in."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.consumer_client_ipv6_cidr["2001:db8::/56-80"].cidr_ipv6 == "2001:db8::/56"
    error_message = "The IPv6 range is not let in."
  }
  assert {
    condition     = aws_vpc_endpoint.consumer_endpoint.ip_address_type == "dualstack"
    error_message = "The endpoint does not have both address families."
  }
  assert {
    condition     = aws_vpc_endpoint.consumer_endpoint.dns_options[0].dns_record_ip_type == "dualstack"
    error_message = "The endpoint's names do not lead to both address families."
  }
  assert {
    condition     = aws_vpc_endpoint.consumer_endpoint.tags == tomap({ Name = "privatelink", team = "orders" })
    error_message = "The endpoint does not have the tags."
  }
  assert {
    condition     = aws_route53_record.private_ipv6_record["app.example.internal"].type == "AAAA"
    error_message = "IPv6 clients find no address."
  }
}

run "fails_when_a_subnet_has_no_ipv6_block" {
  command = plan
  variables {
    ip_address_type = "dualstack"
  }
${subnet(1, { zone: "b", ipv6Block: "" })}
  expect_failures = [data.aws_subnet.existing_subnet]
}

run "fails_when_a_subnet_has_ipv4_addresses_and_the_endpoint_none" {
  command = plan
  variables {
    ip_address_type = "ipv6"
  }
  expect_failures = [data.aws_subnet.existing_subnet]
}

run "fails_when_the_service_has_no_ipv6_addresses" {
  command = plan
  variables {
    ip_address_type = "dualstack"
  }
${service({ families: ["ipv4"] })}
  expect_failures = [aws_vpc_endpoint.consumer_endpoint]
}

run "fails_when_variables_are_malformed" {
  command = plan
  variables {
    name                     = "1st"
    service_name             = "vpce-svc-0123456789abcdef0"
    service_region           = "Frankfurt"
    ports                    = [0]
    client_cidrs             = ["10.0.0.1/8"]
    client_security_groups   = { app = "app" }
    private_hosted_zone_name = "App."
    additional_vpc_ids       = ["vpc"]
    client_ipv6_cidrs        = ["10.90.0.0/24"]
    client_prefix_lists      = { offices = "offices" }
    security_group_ids       = ["app"]
    ip_address_type          = "IPv6"
  }
  expect_failures = [
    var.name,
    var.service_name,
    var.service_region,
    var.ports,
    var.client_cidrs,
    var.client_security_groups,
    var.private_hosted_zone_name,
    var.additional_vpc_ids,
    var.client_ipv6_cidrs,
    var.client_prefix_lists,
    var.security_group_ids,
    var.ip_address_type,
  ]
}
`;

/** Every example is planned, with what AWS would answer to it. */
export const exampleTests = `mock_provider "aws" {}

${Object.keys(EXAMPLES)
  .map((name) => {
    const own = name === "own-vpc";
    const looked = [
      service({ within: MODULE, zones: name === "cross-region" ? ["us-east-1a"] : undefined }),
      ...(own
        ? [answer("data.aws_vpc_endpoint_service.app", { availability_zones: ["eu-central-1a", "eu-central-1b"] })]
        : [
            vpc({ dnsHostnames: true, within: MODULE }),
            subnet(0, { zone: "a", within: MODULE }),
            subnet(1, { zone: "b", within: MODULE }),
          ]),
    ];
    return `run "example_${name.replaceAll("-", "_")}" {
  command = plan
  module {
    source = "./examples/${name}"
  }
${looked.join("\n")}
}
`;
  })
  .join("\n")}`;
