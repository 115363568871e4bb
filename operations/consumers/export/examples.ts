/** A use of the module that a reader can copy: a root module of its own. */
interface Example {
  readonly about: string;
  /** What stands in `main.tf` before the module call. */
  readonly before?: string;
  /** Arguments of the module call besides the name of the service. */
  readonly call: string;
}

const SERVICE = 'service_name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0" # from the invitation';

const EXISTING = `vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]`;

const OWN_VPC = `data "aws_vpc_endpoint_service" "app" {
  service_name = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
}

resource "aws_vpc" "this" {
  cidr_block           = "10.90.0.0/24"
  enable_dns_support   = true
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  count = 2

  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 2, count.index)
  availability_zone = sort(data.aws_vpc_endpoint_service.app.availability_zones)[count.index]
}

`;

/** By the name of their folder. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  simple: {
    about: "A private hosted zone of your own names the endpoint; one range of clients.",
    call: `  ${SERVICE}
  ${EXISTING}
  client_cidrs = ["10.90.0.0/24"]

  private_hosted_zone_name = "app.example.internal"
  tags                     = { team = "orders" }`,
  },
  "private-dns": {
    about: "The service's own private DNS name. Apply with `false` first; once the provider has accepted, with `true`.",
    call: `  ${SERVICE}
  ${EXISTING}
  ports        = [443]

  client_security_groups = { app = "sg-0123456789abcdef0" }
  private_dns_enabled    = true`,
  },
  "cross-region": {
    about: "A service in another Region, which its provider offers to yours. Zones do not have to match.",
    call: `  service_name   = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0" # from the invitation
  service_region = "us-east-1"
  vpc_id         = "vpc-0123456789abcdef0"
  subnet_ids     = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  client_prefix_lists = { offices = "pl-0123456789abcdef0" }
  timeouts            = { create = "20m" }`,
  },
  "own-vpc": {
    about: "A VPC and subnets that are created in the same run, in zones of the service.",
    before: OWN_VPC,
    call: `  ${SERVICE}
  vpc_id       = aws_vpc.this.id
  subnet_ids   = aws_subnet.this[*].id
  client_cidrs = [aws_vpc.this.cidr_block]

  private_hosted_zone_name = "app.example.internal"`,
  },
};

/** The `main.tf` of an example. */
const rootModule = ({ about, before = "", call }: Example, generated: string): string => `${generated}# ${about}

provider "aws" {
  region = "eu-central-1"
}

${before}module "app_endpoint" {
  source = "../.."

${call}
}

output "next_step" {
  value = module.app_endpoint.next_step
}

output "private_ipv4_addresses" {
  value = module.app_endpoint.private_ipv4_addresses
}
`;

/** Examples by path inside the module's folder. */
export const exampleFiles = (generated: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(EXAMPLES).map(([name, example]) => [`examples/${name}/main.tf`, rootModule(example, generated)]),
  );
