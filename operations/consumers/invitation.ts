import { stringify } from "yaml";
import { PRIVATELINK_IDLE_SECONDS } from "../../config/derive";
import type { ConsumerInput } from "../../config/schema";
import { missingZones } from "../../config/service-consumers";
import type { EndpointService, KnownConsumer } from "./service";

type Service = Omit<EndpointService, "consumers">;

/** Name of the consumer's file and module in the examples. */
const NAME = "my-team";

/** The consumer that an invitation is for, as the provider knows it. */
export type Guest = KnownConsumer & { readonly name: string };

/** Everything that a consumer needs to connect, as Markdown: facts, and the two ways to connect, ready to paste. */
export function invitation(service: Service, guest?: Guest): string {
  const { acceptanceRequired, availabilityZoneIds, ports, privateDnsName, region, serviceName, supportedRegions } =
    service;
  const facts = [
    ["Service name", `\`${serviceName}\``],
    [
      "Region",
      [`${region}`, ...(supportedRegions.length > 0 ? [`also from ${supportedRegions.join(", ")}`] : [])].join("; "),
    ],
    ["Availability Zone IDs", zones(availabilityZoneIds, guest)],
    ...(service.supportedIpAddressTypes?.includes("ipv6")
      ? [["IP addresses", "IPv4 and IPv6; for both, `dualstack` as the endpoint's IP address type"]]
      : []),
    ...(service.mutualTls
      ? [["Client certificate", "your clients need one for TLS; ask us which CA has to sign it"]]
      : []),
    ["TCP ports", ports.join(", ")],
    ["Private DNS name", privateDnsName ?? "none; use a private hosted zone of your own"],
    ...(guest?.ownName ? [["Name of your own", `${guest.ownName}, in a private hosted zone of yours`]] : []),
    ["Acceptance", acceptance(acceptanceRequired, guest)],
    ...(guest ? [["Accounts that we allow", guest.accounts.join(", ")]] : []),
    ...(guest?.until ? [["Until", `${guest.until}, the last day in UTC`]] : []),
    ["Idle connections", idle(service)],
  ];
  const [file, moduleCall] = [consumerFile(service, guest), consumerModule(service, guest)];
  return `# Connect to ${serviceName}

${guest ? `For ${guest.name}. ` : ""}Your AWS account must be among those that we allow; otherwise AWS answers that the service does not exist.

${facts.map(([name, value]) => `- ${name}: ${value}`).join("\n")}

## With this project

\`config/consumers/${NAME}.yaml\`, then \`npx cdktf deploy consumer-endpoint-${NAME}\`; docs/consumer.md has every choice.

\`\`\`yaml
${file}\`\`\`

## With Terraform alone

Put the folder \`consumer-module\` that you got from us beside this, then \`terraform apply\`.

\`\`\`hcl
${moduleCall}\`\`\`

## Test the connection

On a client in your VPC, with the script in \`consumer-module\`, which needs curl alone. Give \`-z\` each of the endpoint's DNS
names that contains a zone. It takes ${idleTest(service) > 60 ? `${Math.round(idleTest(service) / 60)} minutes` : "about a minute"}; send us the table that it prints.

\`\`\`sh
sh test-connection.sh -i ${idleTest(service)} -z <name in a zone> -z <name in another zone> ${testAddress(service, guest)}
\`\`\`
${privateDnsName && !guest?.ownName ? secondApply(privateDnsName, acceptanceRequired) : ""}`;
}

function acceptance(required: boolean, guest: Guest | undefined): string {
  if (!required) return "automatic";
  const byHand = "each connection waits until we accept it: send us the endpoint id";
  if (!guest?.automatically) return byHand;
  const { atMostEndpoints } = guest;
  return `automatic within minutes for ${atMostEndpoints === 1 ? "one endpoint" : `${atMostEndpoints} endpoints`} of yours; further ones wait until we accept them`;
}

/** Keep-alive packets of TCP carry no data: they help against the end by PrivateLink, and not against that by the ALB. */
const idle = ({ idleSeconds }: Service): string =>
  idleSeconds < PRIVATELINK_IDLE_SECONDS
    ? `end after ${idleSeconds} seconds without data: close them sooner`
    : `are cut after ${PRIVATELINK_IDLE_SECONDS} seconds: use keep-alive below that`;

/** How long the test leaves a connection idle: as long as it has to survive, and past PrivateLink's own end where nothing ends it sooner. */
const idleTest = ({ idleSeconds }: Service): number =>
  idleSeconds < PRIVATELINK_IDLE_SECONDS ? Math.max(1, idleSeconds - 10) : PRIVATELINK_IDLE_SECONDS + 10;

/** Zones that matter to a consumer: fewer than the service has are cut off sooner than the service. */
function zones(serviceZones: readonly string[], guest: Guest | undefined): string {
  const missing = guest ? missingZones(guest, serviceZones) : [];
  return `${serviceZones.join(", ")} (compare IDs, not names: names differ between accounts). Create the endpoint in each${
    missing.length > 0
      ? `; yours is not in ${missing.join(", ")}, so that you lose the service if the zones that you have fail`
      : ""
  }`;
}

function secondApply(name: string, acceptanceRequired: boolean): string {
  const when = acceptanceRequired ? "once we have accepted the endpoint" : "once the endpoint is available";
  return `
## Second apply

${name} works ${when} and you have applied again, with \`privateDnsEnabled: true\` below \`dns\`, or
\`private_dns_enabled = true\` in the module.
`;
}

/** How clients name the service: by its own name, or by one in a private hosted zone of the consumer. */
const zoneName = ({ privateDnsName }: Service, guest: Guest | undefined): string | undefined =>
  guest?.ownName ?? (privateDnsName ? undefined : "app.example.internal");

/** Address that clients use: by the name that they know. Which port speaks TLS, the service does not say. */
function testAddress(service: Service, guest: Guest | undefined): string {
  const name = zoneName(service, guest) ?? service.privateDnsName;
  const port = service.ports.includes(443) ? 443 : service.ports[0];
  if (port === 443) return `https://${name}/`;
  return `http://${name}${port === 80 ? "" : `:${port}`}/`;
}

function consumerFile(service: Service, guest: Guest | undefined): string {
  const { availabilityZoneIds, ports, region, serviceName } = service;
  const name = zoneName(service, guest);
  const consumer: ConsumerInput = {
    region: region as ConsumerInput["region"],
    accountId: guest?.accounts[0] ?? "444455556666",
    backend: { type: "local" },
    service: { name: serviceName, availabilityZoneIds, ports },
    vpc: { id: "vpc-0123456789abcdef0", availabilityZoneIds: [...availabilityZoneIds] },
    clients: { cidrs: ["10.90.0.0/24"] },
    dns: name ? { mode: "private-hosted-zone", name } : { mode: "private-dns" },
  };
  return `# yaml-language-server: $schema=../consumer.schema.json\n# Yours to change: accountId, vpc, clients${name && !guest?.ownName ? ", dns.name" : ""}, where the state is kept.\n${stringify(consumer)}`;
}

function consumerModule(service: Service, guest: Guest | undefined): string {
  const { ports, region, serviceName } = service;
  const name = zoneName(service, guest);
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
${name ? `  private_hosted_zone_name = "${name}"\n` : ""}}

output "next_step" {
  value = module.app_endpoint.next_step
}
`;
}
