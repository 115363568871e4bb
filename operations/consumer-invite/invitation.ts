import { stringify } from "yaml";
import type { ConsumerInput } from "../../config/schema";
import type { EndpointService } from "../connections/service";

/** Name of the consumer's file and module in the examples. */
const NAME = "my-team";

/** Everything that a consumer needs to connect, as Markdown: facts, and the two ways to connect, ready to paste. */
export function invitation(service: EndpointService): string {
  const { acceptanceRequired, availabilityZoneIds, ports, privateDnsName, region, serviceName, supportedRegions } =
    service;
  const facts = [
    ["Service name", `\`${serviceName}\``],
    [
      "Region",
      [`${region}`, ...(supportedRegions.length > 0 ? [`also from ${supportedRegions.join(", ")}`] : [])].join("; "),
    ],
    [
      "Availability Zone IDs",
      `${availabilityZoneIds.join(", ")} (compare IDs, not names: names differ between accounts)`,
    ],
    ["TCP ports", ports.join(", ")],
    ["Private DNS name", privateDnsName ?? "none; use a private hosted zone of your own"],
    [
      "Acceptance",
      acceptanceRequired ? "each connection waits until we accept it: send us the endpoint id" : "automatic",
    ],
    ["Idle connections", "are cut after 350 seconds: use keep-alive below that"],
  ];
  const [file, moduleCall] = [consumerFile(service), consumerModule(service)];
  return `# Connect to ${serviceName}

Your AWS account must be among those that we allow; otherwise AWS answers that the service does not exist.

${facts.map(([name, value]) => `- ${name}: ${value}`).join("\n")}

## With this project

\`config/consumers/${NAME}.yaml\`, then \`npx cdktf deploy consumer-endpoint-${NAME}\`; docs/consumer.md has every choice.

\`\`\`yaml
${file}\`\`\`

## With Terraform alone

Put the folder \`consumer-module\` that you got from us beside this, then \`terraform apply\`.

\`\`\`hcl
${moduleCall}\`\`\`
${privateDnsName ? secondApply(privateDnsName, acceptanceRequired) : ""}`;
}

function secondApply(name: string, acceptanceRequired: boolean): string {
  const when = acceptanceRequired ? "once we have accepted the endpoint" : "once the endpoint is available";
  return `
## Second apply

${name} works ${when} and you have applied again, with \`privateDnsEnabled: true\` below \`dns\`, or
\`private_dns_enabled = true\` in the module.
`;
}

function consumerFile({ availabilityZoneIds, ports, privateDnsName, region, serviceName }: EndpointService): string {
  const consumer: ConsumerInput = {
    region: region as ConsumerInput["region"],
    accountId: "444455556666",
    backend: { type: "local" },
    service: { name: serviceName, availabilityZoneIds, ports },
    vpc: { id: "vpc-0123456789abcdef0", availabilityZoneIds: availabilityZoneIds.slice(0, 2) },
    clients: { cidrs: ["10.90.0.0/24"] },
    dns: privateDnsName ? { mode: "private-dns" } : { mode: "private-hosted-zone", name: "app.example.internal" },
  };
  return `# yaml-language-server: $schema=../consumer.schema.json\n# Yours to change: accountId, vpc, clients${privateDnsName ? "" : ", dns.name"}, where the state is kept.\n${stringify(consumer)}`;
}

function consumerModule({ ports, privateDnsName, region, serviceName }: EndpointService): string {
  return `provider "aws" {
  region = "${region}"
}

module "app_endpoint" {
  source = "./consumer-module"

  service_name = "${serviceName}"
  ports        = [${ports.join(", ")}]

  # yours to change
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  client_cidrs = ["10.90.0.0/24"]
${privateDnsName ? "" : '  private_hosted_zone_name = "app.example.internal"\n'}}

output "next_step" {
  value = module.app_endpoint.next_step
}
`;
}
