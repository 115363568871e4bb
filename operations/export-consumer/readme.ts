import type { Variable } from "./variables";

const EXAMPLE = `module "app_endpoint" {
  source = "./consumer-module"

  service_name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" # from the provider's invitation
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  client_cidrs = ["10.90.0.0/24"]

  private_hosted_zone_name = "app.example.internal"
}

output "next_step" {
  value = module.app_endpoint.next_step
}`;

/** The module's README: what it makes, an example, and every variable and output. */
export function readme(
  variables: Readonly<Record<string, Variable>>,
  outputs: readonly { readonly name: string; readonly description: string }[],
): string {
  const inputs = Object.entries(variables).map(([name, { default: value, description, type }]) => [
    `\`${name}\``,
    description,
    `\`${type}\``,
    value === undefined ? "required" : `\`${JSON.stringify(value)}\``,
  ]);
  return `# Endpoint of a PrivateLink service

An interface endpoint in your VPC, a security group that lets in the clients you name and nobody else, and on request a
private hosted zone whose apex leads to the endpoint. Needs no access to the provider's account or state: the name of
the service is enough.

The plan stops, and says why, where AWS would refuse the endpoint or where it could not be reached: a subnet of another
VPC, two subnets in one Availability Zone, a zone that the service is not in, DNS attributes that private names need.

## Use

\`\`\`hcl
${EXAMPLE}
\`\`\`

1. \`terraform apply\`. If the provider accepts each connection, the output \`next_step\` says so: tell the provider the
   \`endpoint_id\`.
2. For the service's own private DNS name: once the endpoint is accepted, set \`private_dns_enabled = true\` and apply
   again. AWS refuses it before.
3. Clients connect to \`private_hosted_zone_name\`, to the private DNS name, or to the first of \`dns_names\`, on
   \`ports\`. Idle connections are cut after 350 seconds: use keep-alive below that.

Tags come from the AWS provider's \`default_tags\`. The module can also be applied by itself, as a root module.
Test it with \`terraform init && terraform test\`; that needs no AWS account.

## Variables

${table(["name", "description", "type", "default"], inputs)}

## Outputs

${table(
  ["name", "description"],
  outputs.map(({ description, name }) => [`\`${name}\``, description]),
)}

This folder is generated; change its source instead: \`npm run export:consumer\`.
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
