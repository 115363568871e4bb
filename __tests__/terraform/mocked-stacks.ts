import { mockedPlans } from "../../proof/lab/mocked-plans";
import { type Block, consumerOf, environmentOf, type StackJson, synthesize } from "../synth";

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
  return {
    runs: Object.keys(stacks),
    files: mockedPlans(stacks, { region: "eu-central-1", accountId: "111122223333" }, asserts),
  };
}
