import type { EnvironmentInput } from "../../config/schema";
import { environmentOf, synthesize } from "../synth";
import { testWithTerraform } from "./installed";
import { override, run } from "./runs";
import { testTogether } from "./test-together";

const VPC = "vpc-0123456789abcdef0";
const [S3, LOGS] = ["s3", "logs"].map((name) => `com.amazonaws.eu-central-1.${name}`);

/** What AWS says of the VPC; a case changes one answer. */
type Answers = Readonly<Record<string, string>>;

const subnet = (id: string, zone: number, more = "") =>
  `{ id = "${id}", vpc_id = "${VPC}", availability_zone = "eu-central-1${"abc"[zone - 1]}", availability_zone_id = "euc1-az${zone}", cidr_block = "10.1.${zone}.0/24", available_ip_address_count = 200, ipv6_cidr_block = "2001:db8::/64"${more} }`;
const table = (id: string, ...routes: string[]) =>
  `{ id = "${id}", vpc_id = "${VPC}", routes = [${routes.join(", ")}] }`;
const route = (target: string) => `{ cidr_block = "0.0.0.0/0", ${target} }`;
const nat = route('nat_gateway_id = "nat-1", gateway_id = ""');
const internet = route('gateway_id = "igw-1"');
const vpc = (more = "") =>
  `{ id = "${VPC}", enable_dns_support = true, enable_dns_hostnames = true, owner_id = "111122223333", cidr_block_associations = [{ cidr_block = "10.1.0.0/16" }]${more} }`;
const endpoint = (service: string | undefined, more: string) =>
  `{ id = "vpce-1", service_name = "${service}", state = "available", prefix_list_id = "pl-1", ${more} }`;

const good: Answers = {
  "caller_identity.network_account": `{ account_id = "111122223333" }`,
  "vpc.network_vpc": vpc(),
  "subnet.network_private-subnet-1": subnet("subnet-a1", 1),
  "subnet.network_private-subnet-2": subnet("subnet-a2", 2),
  "subnet.network_isolated-subnet-1": subnet("subnet-b1", 1),
  "subnet.network_isolated-subnet-2": subnet("subnet-b2", 2),
  "network_interfaces.network_own-interfaces-1": "{ ids = [] }",
  "network_interfaces.network_own-interfaces-2": "{ ids = [] }",
  "route_table.network_main-route-table": table("rtb-main"),
  "route_tables.network_private-route-tables-1": `{ ids = ["rtb-private"] }`,
  "route_tables.network_private-route-tables-2": `{ ids = [] }`,
  "route_tables.network_isolated-route-tables-1": `{ ids = [] }`,
  "route_tables.network_isolated-route-tables-2": `{ ids = [] }`,
  "route_table.network_private-route-table-1": table("rtb-private", nat),
  "route_table.network_private-route-table-2": table("rtb-main", nat),
  "route_table.network_isolated-route-table-1": table("rtb-main"),
  "route_table.network_isolated-route-table-2": table("rtb-main"),
  "vpc_endpoint.network_provided-s3": endpoint(S3, 'route_table_ids = ["rtb-private", "rtb-main"]'),
  "vpc_endpoint.network_provided-logs": endpoint(LOGS, 'private_dns_enabled = true, security_group_ids = ["sg-1"]'),
};

/** Cases: what AWS answers otherwise, and what then stops the plan. */
const violations: readonly (readonly [name: string, what: string, answer: string, fails?: string])[] = [
  [
    "dns_hostnames_are_off",
    "vpc.network_vpc",
    vpc(", enable_dns_hostnames = false").replace("enable_dns_hostnames = true, ", ""),
  ],
  ["the_vpc_is_another_accounts", "vpc.network_vpc", vpc().replace("111122223333", "999988887777")],
  ["the_vpc_holds_dockers_block", "vpc.network_vpc", vpc().replace("10.1.0.0/16", "172.17.128.0/20")],
  ["a_subnet_is_in_another_vpc", "subnet.network_private-subnet-1", subnet("subnet-a1", 1).replace(VPC, "vpc-2")],
  ["two_subnets_are_in_one_zone", "subnet.network_private-subnet-2", subnet("subnet-a2", 1)],
  ["an_isolated_subnet_is_in_a_third_zone", "subnet.network_isolated-subnet-2", subnet("subnet-b2", 3)],
  [
    "a_subnet_has_no_ipv6_block",
    "subnet.network_private-subnet-1",
    subnet("subnet-a1", 1).replace("2001:db8::/64", ""),
  ],
  [
    "a_subnet_has_too_few_addresses",
    "subnet.network_private-subnet-1",
    subnet("subnet-a1", 1).replace("= 200", "= 3"),
    "network_interfaces.network_own-interfaces-1",
  ],
  [
    "a_private_subnet_leads_to_the_internet",
    "route_table.network_private-route-table-1",
    table("rtb-private", nat, internet),
  ],
  [
    "an_isolated_subnet_leads_to_the_internet",
    "route_table.network_isolated-route-table-1",
    table("rtb-main", internet),
  ],
  ["nat_is_not_there", "route_table.network_private-route-table-2", table("rtb-main")],
  [
    "the_gateway_endpoint_is_in_one_table_alone",
    "vpc_endpoint.network_provided-s3",
    endpoint(S3, 'route_table_ids = ["rtb-private"]'),
  ],
  [
    "an_endpoint_has_no_private_name",
    "vpc_endpoint.network_provided-logs",
    endpoint(LOGS, 'private_dns_enabled = false, security_group_ids = ["sg-1"]'),
  ],
];

/** Own addresses count as free, so that the second plan needs no more than the first. */
const alsoGood: readonly (readonly [name: string, changes: Answers])[] = [
  ["a_vpc_as_it_should_be", {}],
  [
    "addresses_that_are_taken_by_the_environment",
    {
      "subnet.network_private-subnet-1": subnet("subnet-a1", 1).replace("= 200", "= 3"),
      "network_interfaces.network_own-interfaces-1": `{ ids = [${Array.from({ length: 60 }, (_, n) => `"eni-${n}"`)}] }`,
    },
  ],
];

const existing = (provides: string[], routeTableIds?: string[]): EnvironmentInput["network"] => ({
  ipAddressType: "dualstack",
  existing: {
    vpcId: VPC,
    privateSubnets: { ids: ["subnet-aaaaaaaaaaaaaaaa1", "subnet-aaaaaaaaaaaaaaaa2"] },
    isolatedSubnets: { ids: ["subnet-bbbbbbbbbbbbbbbb1", "subnet-bbbbbbbbbbbbbbbb2"] },
    provides,
    ...(routeTableIds && { routeTableIds }),
  },
});

/** The data sources of the network stack: what it creates takes no part in the conditions. */
function lookUps(network: EnvironmentInput["network"]) {
  const { stacks } = synthesize({ environments: [environmentOf({ network })], consumers: [] });
  const { aws_iam_policy_document: _, aws_partition: __, ...data } = stacks["network-test"]?.data ?? {};
  const addresses = Object.entries(data).flatMap(([type, named]) =>
    Object.keys(named).map((name) => `data.${type}.${name}`),
  );
  const address = (what: string) => {
    const [type, name] = what.split(".");
    return addresses.find((one) => one.replace(/_[0-9A-F]{8}$/, "") === `data.aws_${type}.${name}`);
  };
  return { json: JSON.stringify({ data }), address };
}

function runsOf(folder: string, { address }: ReturnType<typeof lookUps>) {
  const answers = (changes: Answers) =>
    Object.entries({ ...good, ...changes })
      .flatMap(([what, values]) => {
        const target = address(what);
        return target ? [override(target, values)] : [];
      })
      .join("");
  return { answers, stop: (what: string) => address(what), folder };
}

testWithTerraform(
  "Terraform's plan stops where an existing VPC is not what the environment needs",
  async () => {
    const whole = lookUps(existing(["nat", "s3", "logs"]));
    const withTables = lookUps(existing(["nat"], ["rtb-0123456789abcdef0"]));
    const of = runsOf("whole", whole);
    const tables = runsOf("tables", withTables);
    const runs = await testTogether({
      // Terraform initializes nothing in a folder without a root module.
      "main.tf.json": JSON.stringify({ terraform: { required_version: ">= 1.7" } }),
      "whole/main.tf.json": whole.json,
      "tables/main.tf.json": withTables.json,
      "tests/existing.tftest.hcl": [
        'mock_provider "aws" {}',
        ...alsoGood.map(([name, changes]) => run(name, "whole", of.answers(changes))),
        ...violations.map(([name, what, answer, fails = what]) =>
          run(`fails_when_${name}`, "whole", of.answers({ [what]: answer }), of.stop(fails)),
        ),
        run(
          "fails_when_a_route_table_gets_no_gateway_endpoint",
          "tables",
          tables.answers({ "route_table.network_private-route-table-1": table("rtb-0123456789abcdef0", nat) }),
          tables.stop("route_table.network_private-route-table-2"),
        ),
      ].join("\n"),
    });
    expect(Object.entries(runs).filter(([, outcome]) => outcome !== "pass")).toEqual([]);
    expect(Object.keys(runs)).toHaveLength(alsoGood.length + violations.length + 1);
  },
  300_000,
);
