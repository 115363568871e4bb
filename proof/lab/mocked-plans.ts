import { partition, type Region, zonePrefix } from "../../config/regions";
import { STACK_JSON } from "../../synth/stacks";

/** Where the mocked provider pretends to be. */
export interface Place {
  readonly region: Region;
  readonly accountId: string;
}

/** What is used of a stack's Terraform JSON. */
interface StackJson {
  readonly terraform: { readonly required_providers?: Readonly<Record<string, unknown>> };
  readonly data?: { readonly terraform_remote_state?: Readonly<Record<string, unknown>> };
  readonly variable?: Readonly<Record<string, unknown>>;
  readonly ephemeral?: unknown;
}

const ZONES = ["a", "b", "c"];

/** What AWS answers where the provider's schema alone allows anything, and an expression or a validation does not. */
const mockedAws = ({ accountId, region }: Place) => {
  const zones = JSON.stringify(ZONES.map((letter) => `${region}${letter}`));
  const zoneIds = JSON.stringify(ZONES.map((_, index) => `${zonePrefix(region)}-az${index + 1}`));
  return `
mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = {
      names    = ${zones}
      zone_ids = ${zoneIds}
    }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "${accountId}" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\\"Version\\":\\"2012-10-17\\"}" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "${partition(region)}", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_ssm_parameter" {
    defaults = { value = "ami-0123456789abcdef0" }
  }
  mock_data "aws_vpc_endpoint_service" {
    defaults = {
      availability_zones            = ${zones}
      private_dns_name              = "service.${region}.amazonaws.com"
      vpc_endpoint_policy_supported = true
    }
  }
}`;
};

/** A value of the right shape for what another stack gives out, by the name of the output. */
function handedOver(output: string, { accountId, region }: Place): string {
  const id = output.replace(/^cross-stack-output-aws_/, "").replace(/_[0-9A-F]{8}.*$/, "");
  const zone = Number(/subnet-(\d)/.exec(output)?.[1] ?? 1) - 1;
  if (output.endsWith("availability_zone_id")) return `${zonePrefix(region)}-az${zone + 1}`;
  if (output.endsWith("availability_zone")) return `${region}${ZONES[zone]}`;
  if (output.endsWith("service_name")) return `com.amazonaws.vpce.${region}.vpce-svc-0123456789abcdef0`;
  if (output.endsWith("arn")) return `arn:${partition(region)}:test:${region}:${accountId}:${id}`;
  return id;
}

/** A run that plans a whole stack, with what it reads of others made up. */
function planOf(id: string, stack: StackJson, place: Place, asserts: readonly string[]): string {
  const outputs = new Set([...JSON.stringify(stack).matchAll(/outputs\.([\w-]+)/g)].map(([, output = ""]) => output));
  const values = JSON.stringify(Object.fromEntries([...outputs].map((output) => [output, handedOver(output, place)])));
  const states = Object.keys(stack.data?.terraform_remote_state ?? {}).map(
    (state) => `
  override_data {
    target = data.terraform_remote_state.${state}
    values = { outputs = ${values} }
  }`,
  );
  const assertions = asserts.map(
    (condition) => `
  assert {
    condition     = ${condition}
    error_message = "not as handed over"
  }`,
  );
  return `
run "${id}" {
  command = plan
  module {
    source = "./${id}"
  }
  variables {
${Object.keys(stack.variable ?? {})
  .map((name) => `    ${name} = "mocked"`)
  .join("\n")}
  }
${states.join("")}${assertions.join("")}
}`;
}

/**
 * Files for `terraform test` that plan whole stacks, each as one run of its id, without AWS: every provider is mocked, so
 * what remains is Terraform's own judgement of every resource, expression and condition.
 *
 * @param stacks Terraform JSON by stack id
 * @param asserts by stack id, conditions that a plan has to meet
 */
export function mockedPlans(
  stacks: Readonly<Record<string, unknown>>,
  place: Place,
  asserts: Readonly<Record<string, readonly string[]>> = {},
): Record<string, string> {
  const all = Object.entries(stacks as Readonly<Record<string, StackJson>>);
  const others = new Set(
    all
      .flatMap(([, { terraform }]) => Object.keys(terraform.required_providers ?? {}))
      .filter((name) => name !== "aws"),
  );
  const folders = all.map(([id, { ephemeral: _, terraform, ...rest }]) => [
    `${id}/${STACK_JSON}`,
    JSON.stringify({ ...rest, terraform: { required_providers: terraform.required_providers } })
      // Terraform can't mock ephemeral resources yet.
      .replace(
        /\bephemeral\.[\w-]+\.[\w-]+/g,
        "({ random_password = 1, secret_string = jsonencode({ password = 1 }) })",
      ),
  ]);
  return {
    ...Object.fromEntries(folders),
    // Terraform initializes nothing in a folder without a root module.
    "main.tf.json": JSON.stringify({ terraform: { required_version: ">= 1.7" } }),
    "tests/stacks.tftest.hcl": [
      mockedAws(place),
      ...[...others].map((name) => `mock_provider "${name}" {}`),
      ...all.map(([id, stack]) => planOf(id, stack, place, asserts[id] ?? [])),
    ].join("\n"),
  };
}
