import { type Block, consumerOf, environmentOf, type StackJson, synthesize } from "../synth";

/** What AWS answers where the provider's schema alone allows anything, and an expression or a validation does not. */
const MOCKED_PROVIDER = `
mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = {
      names    = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
      zone_ids = ["euc1-az2", "euc1-az3", "euc1-az1"]
    }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\\"Version\\":\\"2012-10-17\\"}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_ssm_parameter" {
    defaults = { value = "ami-0123456789abcdef0" }
  }
  mock_data "aws_vpc_endpoint_service" {
    defaults = {
      availability_zones            = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
      private_dns_name              = "service.eu-central-1.amazonaws.com"
      vpc_endpoint_policy_supported = true
    }
  }
}`;

/** A value of the right shape for what another stack gives out, by the name of the output. */
function handedOver(output: string): string {
  if (output.endsWith("availability_zone_id")) return `euc1-az${zoneOf(output) + 1}`;
  if (output.endsWith("availability_zone")) return `eu-central-1${"abc"[zoneOf(output)]}`;
  if (output.endsWith("service_name")) return "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0";
  if (output.endsWith("arn")) return `arn:aws:test:eu-central-1:111122223333:${idOf(output)}`;
  return idOf(output);
}

const zoneOf = (output: string) => Number(/subnet-(\d)/.exec(output)?.[1] ?? 1) - 1;
const idOf = (output: string) => output.replace(/^cross-stack-output-aws_/, "").replace(/_[0-9A-F]{8}.*$/, "");

/** Plans a whole stack, with what it reads of others made up. */
function planOf(name: string, stack: StackJson, asserts: readonly string[]) {
  const outputs = [
    ...new Set([...JSON.stringify(stack).matchAll(/outputs\.([\w-]+)/g)].map(([, output = ""]) => output)),
  ];
  const states = Object.keys(stack.data.terraform_remote_state ?? {}).map(
    (state) => `
  override_data {
    target = data.terraform_remote_state.${state}
    values = { outputs = ${JSON.stringify(Object.fromEntries(outputs.map((output) => [output, handedOver(output)])))} }
  }`,
  );
  return `
run "${name}" {
  command = plan
  module {
    source = "./${name}"
  }
${states.join("")}
${asserts.map((condition) => `  assert {\n    condition     = ${condition}\n    error_message = "not as handed over"\n  }`).join("\n")}
}`;
}

/** Address of the only resource of a type, or of the one whose address holds a text. */
function address(stack: StackJson | undefined, type: string, part = ""): string {
  const found = Object.keys((stack?.resource[type] ?? {}) as Record<string, Block>).filter((name) =>
    name.includes(part),
  );
  if (found.length !== 1) throw new Error(`${found.length} of ${type} ${part}`);
  return `${type}.${found[0]}`;
}

const SUBNETS = (kind: string) => JSON.stringify([1, 2].map((index) => `subnetnetwork_${kind}-subnet-${index}`));

/**
 * Every stack whole, each planned by one run of `terraform test` with its provider mocked, with conditions on what other
 * stacks hand over.
 */
export function mockedStacks(): { readonly files: Readonly<Record<string, string>>; readonly runs: readonly string[] } {
  const { stacks } = synthesize({
    environments: [
      environmentOf({
        region: "eu-central-1",
        backend: { type: "s3" },
        network: { cidr: "10.20.0.0/16", availabilityZoneCount: 2 },
        // Without the package of the sync function, which a provider of its own makes.
        privatelink: { albTargetMode: "alb-target", enforceInboundRulesOnPrivateLinkTraffic: "off" },
      }),
    ],
    consumers: [
      consumerOf({
        region: "eu-central-1",
        accountId: "444455556666",
        service: { environment: "test" },
        vpc: { cidr: "10.90.0.0/24" },
      }),
    ],
  });
  const data = stacks["data-test"];
  const compute = stacks["compute-test"];
  const service = stacks["privatelink-service-test"];
  const asserts: Record<string, string[]> = {
    "data-test": [
      `toset(${address(data, "aws_db_subnet_group")}.subnet_ids) == toset(${SUBNETS("isolated")})`,
      `${address(data, "aws_db_instance")}.multi_az`,
    ],
    "compute-test": [
      `toset(${address(compute, "aws_autoscaling_group")}.vpc_zone_identifier) == toset(${SUBNETS("private")})`,
      `toset(${address(compute, "aws_lb")}.subnets) == toset(${SUBNETS("private")})`,
      `strcontains(${address(compute, "aws_ecs_task_definition", "application")}.container_definitions, "database")`,
    ],
    "privatelink-service-test": [
      `${address(service, "aws_lb")}.internal`,
      `jsonencode(${address(service, "aws_vpc_endpoint_service")}.acceptance_required) == "true"`,
    ],
  };
  const stackFiles = Object.fromEntries(
    Object.entries(stacks).map(([id, { ephemeral, terraform, ...rest }]) => [
      `${id}/cdk.tf.json`,
      JSON.stringify({ ...rest, terraform: { required_providers: terraform.required_providers } })
        // Terraform can't mock ephemeral resources yet.
        .replace(
          /\bephemeral\.[\w-]+\.[\w-]+/g,
          "({ random_password = 1, secret_string = jsonencode({ password = 1 }) })",
        ),
    ]),
  );
  return {
    runs: Object.keys(stacks),
    files: {
      ...stackFiles,
      // Terraform initializes nothing in a folder without a root module.
      "main.tf.json": JSON.stringify({ terraform: { required_version: ">= 1.7" } }),
      "tests/stacks.tftest.hcl": [
        MOCKED_PROVIDER,
        ...Object.entries(stacks).map(([id, stack]) => planOf(id, stack, asserts[id] ?? [])),
      ].join("\n"),
    },
  };
}
