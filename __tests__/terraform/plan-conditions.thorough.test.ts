import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../config/project";
import type { ConsumerInput } from "../../config/schema";
import { moduleFiles } from "../../operations/consumers/export/files";
import { type Block, consumerOf, environmentOf, synthesize } from "../synth";
import { testWithTerraform } from "./installed";
import { mockedStacks } from "./mocked-stacks";
import { override, run } from "./runs";
import { testTogether } from "./test-together";

/** Terraform JSON of a consumer's stack, and the addresses of what its conditions hang on. */
function stackOf(input: Partial<ConsumerInput>) {
  const { stacks, texts } = synthesize({
    environments: [],
    consumers: [
      consumerOf({
        region: "eu-central-1",
        backend: { type: "local" },
        service: { name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" },
        vpc: { cidr: "10.90.0.0/24" },
        ...input,
      }),
    ],
  });
  const stack = stacks["consumer-endpoint-test"];
  const name = (blocks: Record<string, object> | undefined) => Object.keys(blocks ?? {})[0];
  return {
    text: texts["consumer-endpoint-test"] ?? "",
    service: `data.aws_vpc_endpoint_service.${name(stack?.data.aws_vpc_endpoint_service)}`,
    account: `data.aws_caller_identity.${name(stack?.data.aws_caller_identity)}`,
    existingVpc: `data.aws_vpc.${name(stack?.data.aws_vpc)}`,
    subnet: `data.aws_subnet.${name(stack?.data.aws_subnet)}`,
    ownVpc: `aws_vpc.${name(stack?.resource.aws_vpc)}`,
    endpoint: `aws_vpc_endpoint.${name(stack?.resource.aws_vpc_endpoint)}`,
  };
}

const subnet = (zone: string, zoneId: string, more = "") =>
  `{ id = "subnet-0123456789abcdef0", vpc_id = "vpc-0123456789abcdef0", availability_zone = "${zone}", availability_zone_id = "${zoneId}"${more} }`;

const overrideResource = (target: string, values: string) => override(target, values).replace("_data", "_resource");

/** What only the stacks have, and the exported module has not: the invitation's zones, and a VPC of the consumer's own. */
function stackTests() {
  const invited = stackOf({
    service: {
      name: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
      availabilityZoneIds: ["euc1-az2"],
    },
    vpc: { tags: { Name: "shared" }, subnetIds: ["subnet-0123456789abcdef0"] },
  });
  const own = stackOf({});
  const dualstack = stackOf({
    vpc: { id: "vpc-0123456789abcdef0", subnetIds: ["subnet-0123456789abcdef0"] },
    clients: { cidrs: ["10.90.0.0/24", "2001:db8:1200::/56"], prefixListIds: ["pl-0123456789abcdef0"] },
    endpoint: {
      ipAddressType: "dualstack",
      securityGroupIds: ["sg-0123456789abcdef0"],
      timeoutMinutes: { create: 20 },
    },
    dns: { mode: "private-hosted-zone", name: "app.example.internal" },
  });
  const dualstackRun = (title: string, families: string[], ipv6Block: string, fails?: string) =>
    run(
      title,
      "dualstack",
      override(
        dualstack.service,
        `{ availability_zones = ["eu-central-1a"], supported_ip_address_types = ${JSON.stringify(families)} }`,
      ) +
        override(dualstack.account, `{ account_id = "444455556666" }`) +
        override(
          dualstack.existingVpc,
          `{ id = "vpc-0123456789abcdef0", owner_id = "444455556666", enable_dns_support = true, enable_dns_hostnames = true }`,
        ) +
        override(
          `${dualstack.subnet}[0]`,
          subnet("eu-central-1a", "euc1-az2", `, ipv6_cidr_block = "${ipv6Block}", ipv6_native = false`),
        ),
      fails,
    );
  const zones = (...names: string[]) => `{ availability_zones = ${JSON.stringify(names)} }`;
  const account = override(invited.account, `{ account_id = "444455556666" }`);
  const shared = (owner: string) =>
    account + override(invited.existingVpc, `{ id = "vpc-0123456789abcdef0", owner_id = "${owner}" }`);
  const vpc = shared("444455556666");
  return {
    "invited/cdk.tf.json": invited.text,
    "own/cdk.tf.json": own.text,
    "dualstack/cdk.tf.json": dualstack.text,
    "tests/stacks.tftest.hcl": [
      `mock_provider "aws" {}`,
      run(
        "a_subnet_in_a_zone_of_the_invitation",
        "invited",
        override(invited.service, zones("eu-central-1a")) +
          vpc +
          override(`${invited.subnet}[0]`, subnet("eu-central-1a", "euc1-az2")),
      ),
      run(
        "fails_when_the_invitation_does_not_name_the_zone",
        "invited",
        override(invited.service, zones("eu-central-1a")) +
          vpc +
          override(`${invited.subnet}[0]`, subnet("eu-central-1a", "euc1-az1")),
        invited.subnet,
      ),
      run(
        "fails_when_the_vpc_is_another_accounts",
        "invited",
        override(invited.service, zones("eu-central-1a")) +
          shared("777788889999") +
          override(`${invited.subnet}[0]`, subnet("eu-central-1a", "euc1-az2")),
        invited.existingVpc,
      ),
      run("a_vpc_in_the_zones_of_the_service", "own", override(own.service, zones("eu-central-1a", "eu-central-1c"))),
      run(
        "fails_when_the_service_has_fewer_zones_than_the_vpc_wants",
        "own",
        override(own.service, zones("eu-central-1a")),
        own.ownVpc,
      ),
      dualstackRun("an_endpoint_with_both_address_families", ["ipv4", "ipv6"], "2001:db8::/64"),
      dualstackRun("fails_when_the_subnet_has_no_ipv6_block", ["ipv4", "ipv6"], "", dualstack.subnet),
      dualstackRun("fails_when_the_service_has_ipv4_addresses_alone", ["ipv4"], "2001:db8::/64", dualstack.endpoint),
    ].join("\n"),
  };
}

const NLB = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/net/nlb/0123456789abcdef";

/** What only a plan knows of the provider's zones: how many the account has in the Region, and which these are. */
function providerTests() {
  const { stacks } = synthesize({
    environments: [
      environmentOf({
        region: "us-east-1",
        backend: { type: "local" },
        network: { cidr: "10.20.0.0/16", availabilityZoneCount: 2, additionalInterfaceEndpoints: ["dynamodb"] },
        privatelink: { enforceInboundRulesOnPrivateLinkTraffic: "off", supportedRegions: ["us-west-2"] },
      }),
    ],
    consumers: [],
  });
  const network = stacks["network-test"];
  const service = stacks["privatelink-service-test"];
  const [zones = "", zonesBlock] = entry(network?.data.aws_availability_zones);
  const [ofAws = "", ofAwsBlock] = entry(network?.data.aws_vpc_endpoint_service);
  const [endpoint = "", endpointBlock] = Object.entries(network?.resource.aws_vpc_endpoint ?? {}).find(
    ([, { vpc_endpoint_type }]) => vpc_endpoint_type === "Interface",
  ) as [string, Block];
  const [endpointService = "", serviceBlock] = entry(service?.resource.aws_vpc_endpoint_service);
  const [, inOneRegion] = entry(
    synthesize({ environments: [environmentOf({ region: "us-east-1", backend: { type: "local" } })], consumers: [] })
      .stacks["privatelink-service-test"]?.resource.aws_vpc_endpoint_service,
  );
  const regionsAre = (...regions: string[]) =>
    overrideResource("aws_vpc_endpoint_service.service", JSON.stringify({ supported_regions: regions }));
  const serviceInOneRegion = JSON.stringify({
    resource: { aws_vpc_endpoint_service: { service: { ...inOneRegion, network_load_balancer_arns: [NLB] } } },
  });
  const networkState = "cross-stack-reference-input-network-test";
  const state = service?.data.terraform_remote_state?.[networkState];
  // The blocks with conditions alone: the rest of these stacks takes no values that a mocked provider makes up.
  const files = {
    "zones/main.tf.json": JSON.stringify({ data: { aws_availability_zones: { [zones]: zonesBlock } } }),
    "endpoints/main.tf.json": JSON.stringify({
      data: { aws_vpc_endpoint_service: { [ofAws]: ofAwsBlock } },
      resource: {
        aws_subnet: Object.fromEntries(
          Object.keys(network?.resource.aws_subnet ?? {})
            .filter((name) => name.includes("private"))
            .map((name, zone) => [
              name,
              { vpc_id: "vpc-1", cidr_block: `10.20.${zone}.0/24`, availability_zone: `us-east-1${"ab"[zone]}` },
            ]),
        ),
        aws_vpc_endpoint: { [endpoint]: { service_name: "s", vpc_id: "vpc-1", lifecycle: endpointBlock.lifecycle } },
      },
    }),
    "service/main.tf.json": JSON.stringify({
      data: { terraform_remote_state: { [networkState]: state } },
      resource: {
        aws_vpc_endpoint_service: { [endpointService]: { ...serviceBlock, network_load_balancer_arns: [NLB] } },
      },
    }),
    "closed/main.tf.json": serviceInOneRegion,
    "open/main.tf.json": serviceInOneRegion,
  };
  const zonesAre = (...ids: string[]) =>
    override(
      `data.aws_availability_zones.${zones}`,
      JSON.stringify({ names: ids.map((_, index) => `us-east-1${"abc"[index]}`), zone_ids: ids }),
    );
  const serviceOfAws = (name: string, ...zones: string[]) =>
    override(
      `data.aws_vpc_endpoint_service.${ofAws}`,
      JSON.stringify({ private_dns_name: name, availability_zones: zones.map((zone) => `us-east-1${zone}`) }),
    );
  const outputs = [...JSON.stringify(serviceBlock).matchAll(/outputs\.([\w-]+availability_zone_id)/g)].map(
    ([, name]) => name,
  );
  const networkIsIn = (...ids: string[]) =>
    override(
      `data.terraform_remote_state.${networkState}`,
      JSON.stringify({ outputs: Object.fromEntries([...new Set(outputs)].map((name, index) => [name, ids[index]])) }),
    );
  return {
    ...files,
    "tests/provider.tftest.hcl": [
      `mock_provider "aws" {}`,
      run("zones_that_take_part_in_everything", "zones", zonesAre("use1-az1", "use1-az2", "use1-az3")),
      run(
        "fails_when_the_account_has_fewer_zones_than_wanted",
        "zones",
        zonesAre("use1-az1"),
        `data.aws_availability_zones.${zones}`,
      ),
      run(
        "fails_when_a_chosen_zone_is_not_reached_from_other_regions",
        "zones",
        zonesAre("use1-az1", "use1-az3", "use1-az2"),
        `data.aws_availability_zones.${zones}`,
      ),
      run("a_service_in_its_own_region_alone", "closed", regionsAre("us-east-1")).replace("= plan", "= apply"),
      run(
        "fails_when_regions_that_are_no_longer_written_are_still_open",
        "open",
        regionsAre("us-east-1", "us-west-2"),
        "aws_vpc_endpoint_service.service",
      ).replace("= plan", "= apply"),
      run("a_service_with_a_private_name_in_every_zone", "endpoints", serviceOfAws("name.example", "a", "b", "c")),
      run(
        "fails_when_a_service_has_no_private_dns_name",
        "endpoints",
        serviceOfAws("", "a", "b", "c"),
        `data.aws_vpc_endpoint_service.${ofAws}`,
      ),
      run(
        "fails_when_a_service_is_not_in_every_zone",
        "endpoints",
        serviceOfAws("name.example", "a", "c"),
        `aws_vpc_endpoint.${endpoint}`,
      ),
      run("a_network_that_other_regions_reach", "service", networkIsIn("use1-az1", "use1-az2")),
      run(
        "fails_when_the_network_is_not_reached_from_other_regions",
        "service",
        networkIsIn("use1-az1", "use1-az3"),
        `aws_vpc_endpoint_service.${endpointService}`,
      ),
    ].join("\n"),
  };
}

/** What only an apply knows: which revision the service runs in the end. */
function serviceTests() {
  const { stacks } = synthesize({ environments: [environmentOf({ backend: { type: "local" } })], consumers: [] });
  const resource = stacks["compute-test"]?.resource;
  const [service = "", { lifecycle, name } = {}] = entry(resource?.aws_ecs_service);
  const [revision = ""] = /aws_ecs_task_definition\.([\w-]+)/.exec(JSON.stringify(lifecycle))?.slice(1) ?? [];
  const withRevision = (task_definition: string) =>
    JSON.stringify({
      resource: {
        aws_ecs_task_definition: { [revision]: { family: "app", container_definitions: "[]" } },
        aws_ecs_service: { [service]: { name, task_definition, lifecycle } },
      },
    });
  const apply = (...of: Parameters<typeof run>) => run(...of).replace("command = plan", "command = apply");
  return {
    "deployed/main.tf.json": withRevision(`\${aws_ecs_task_definition.${revision}.arn}`),
    "rolled-back/main.tf.json": withRevision("arn:aws:ecs:eu-central-1:111122223333:task-definition/app:1"),
    "tests/service.tftest.hcl": [
      `mock_provider "aws" {}`,
      apply("a_deployment_that_stays", "deployed", ""),
      apply("fails_when_ecs_has_rolled_the_deployment_back", "rolled-back", "", `aws_ecs_service.${service}`),
    ].join("\n"),
  };
}

/** The module call that docs/consumer.md shows, as a consumer pastes it beside the folder. */
function pageTests() {
  const page = readFileSync(projectPath("docs", "consumer.md"), "utf8");
  const call = /```hcl\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const inModule = (address: string) => `module.app_endpoint.${address}`;
  const subnets = [subnet("eu-central-1a", "euc1-az2"), subnet("eu-central-1b", "euc1-az3")];
  const exported = Object.entries(moduleFiles()).filter(([path]) => !path.startsWith("tests/"));
  return {
    ...Object.fromEntries(exported.map(([path, text]) => [join("page/consumer-module", path), text])),
    "page/main.tf": call,
    // A root module that configures the provider, as any that calls a module does.
    "page/versions.tf": moduleFiles()["versions.tf"] ?? "",
    "page/provider.tf.json": JSON.stringify({ provider: { aws: { region: "eu-central-1" } } }),
    "tests/page.tftest.hcl": [
      `mock_provider "aws" {}`,
      run(
        "the_module_call_of_the_page",
        "page",
        override(
          inModule("data.aws_vpc_endpoint_service.lookup_service"),
          `{ availability_zones = ["eu-central-1a", "eu-central-1b"] }`,
        ) +
          override(
            inModule("data.aws_vpc.existing_vpc"),
            `{ id = "vpc-0123456789abcdef0", owner_id = "444455556666", enable_dns_support = true, enable_dns_hostnames = true }`,
          ) +
          override(inModule("data.aws_caller_identity.existing_account"), `{ account_id = "444455556666" }`) +
          subnets
            .map((values, index) => override(inModule(`data.aws_subnet.existing_subnet[${index}]`), values))
            .join(""),
      ),
    ].join("\n"),
  };
}

const entry = (blocks: Record<string, Block> | undefined): [string?, Block?] => Object.entries(blocks ?? {})[0] ?? [];

testWithTerraform(
  "Terraform stops where AWS would refuse endpoint or service, or has rolled a deployment back: in the stacks, and in the exported module with its own tests",
  async () => {
    const runs = await testTogether({
      ...moduleFiles(),
      ...stackTests(),
      ...providerTests(),
      ...serviceTests(),
      ...pageTests(),
    });
    const wrong = Object.entries(runs).filter(([, outcome]) => outcome !== "pass");
    expect(wrong).toEqual([]);
    expect(Object.keys(runs)).toHaveLength(40);
  },
  300_000,
);

testWithTerraform(
  "Terraform plans every stack whole, and what stacks hand over arrives where it belongs",
  async () => {
    const { files, runs } = mockedStacks();
    expect(runs).toHaveLength(6);
    expect(await testTogether(files)).toEqual(Object.fromEntries(runs.map((run) => [run, "pass"])));
  },
  300_000,
);
