import type { Interfaces } from "./interfaces";
import {
  type ConsumerEndpoint,
  type EndpointService,
  OWN_ACCOUNT,
  type PolicyStatement,
  type ServiceEndpoint,
} from "./network";
import { keys, Reference, resolve } from "./references";
import { type Block, type Resource, resources, type Stacks } from "./stacks";

/** Endpoints of AWS services: those whose service name says which. */
export function readServiceEndpoints(stacks: Stacks, interfaces: Interfaces): ServiceEndpoint[] {
  return resources(stacks, "aws_vpc_endpoint").flatMap((endpoint) => {
    const { block, key, origin } = endpoint;
    const service = awsService(resolve(stacks, origin.stack, block.service_name));
    if (service === undefined) return [];
    const kind = block.vpc_endpoint_type === "Interface" ? "Interface" : "Gateway";
    const added =
      kind === "Interface"
        ? interfaces.add({
            role: "aws-endpoint",
            label: `${service} endpoint of ${origin.stack}`,
            origin,
            subnets: keys(stacks, origin.stack, block.subnet_ids),
            securityGroups: keys(stacks, origin.stack, block.security_group_ids),
            listens: [443],
          })
        : [];
    return [
      {
        key,
        origin,
        kind,
        vpc: keys(stacks, origin.stack, block.vpc_id)[0] ?? "",
        service,
        privateDns: block.private_dns_enabled === true,
        policy: policyOf(stacks, endpoint),
        interfaces: added,
      },
    ];
  });
}

function awsService(name: unknown): string | undefined {
  return typeof name === "string" ? /^(?:cn\.)?com\.amazonaws\.(?!vpce\.)[a-z0-9-]+\.(.+)$/.exec(name)?.[1] : undefined;
}

function policyOf(stacks: Stacks, { block, origin }: Resource): PolicyStatement[] | undefined {
  const policy = resolve(stacks, origin.stack, block.policy);
  if (!(policy instanceof Reference)) return undefined;
  const name = policy.address.replace("data.aws_iam_policy_document.", "");
  const document = stacks[policy.stack]?.data?.aws_iam_policy_document?.[name];
  const statements = (document?.statement ?? []) as Block[];
  return statements.map(
    (statement): PolicyStatement => ({
      effect: statement.effect === "Deny" ? "Deny" : "Allow",
      actions: texts(stacks, policy.stack, statement.actions),
      resources: texts(stacks, policy.stack, statement.resources),
      conditions: ((statement.condition ?? []) as Block[]).map(({ test, values, variable }) => ({
        test: String(test),
        variable: String(variable),
        values: texts(stacks, policy.stack, values).map((value) =>
          isOwnAccount(stacks, policy.stack, value) ? OWN_ACCOUNT : value,
        ),
      })),
    }),
  );
}

/** Whether a text is the id of a stack's account: the one its provider allows, or whatever account the credentials are of. */
function isOwnAccount(stacks: Stacks, stack: string, text: string): boolean {
  const allowed = stacks[stack]?.provider?.aws?.flatMap(({ allowed_account_ids = [] }) => allowed_account_ids);
  return allowed?.includes(text) === true || /aws_caller_identity\.[^.]+\.account_id>$/.test(text);
}

const texts = (stacks: Stacks, stack: string, values: unknown): string[] =>
  ((values ?? []) as unknown[]).map((value) => {
    const resolved = resolve(stacks, stack, value);
    return resolved instanceof Reference ? `<${resolved.key}.${resolved.attribute}>` : String(resolved);
  });

export function readEndpointServices(stacks: Stacks): Map<string, EndpointService> {
  return new Map(
    resources(stacks, "aws_vpc_endpoint_service").map(({ block, key, origin }) => [
      key,
      { key, origin, loadBalancers: keys(stacks, origin.stack, block.network_load_balancer_arns) },
    ]),
  );
}

/** Endpoints of endpoint services, and a client in each subnet of a VPC that is made for them. */
export function readConsumerEndpoints(stacks: Stacks, interfaces: Interfaces): Map<string, ConsumerEndpoint> {
  const found = resources(stacks, "aws_vpc_endpoint").flatMap((endpoint): [string, ConsumerEndpoint][] => {
    const { block, origin } = endpoint;
    const service = resolve(stacks, origin.stack, block.service_name);
    if (awsService(service) !== undefined) return [];
    const vpc = resolve(stacks, origin.stack, block.vpc_id);
    const made = vpc instanceof Reference && vpc.address.startsWith("aws_vpc.");
    const securityGroups = keys(stacks, origin.stack, block.security_group_ids);
    const subnets = made ? keys(stacks, origin.stack, block.subnet_ids) : [];
    const label = `endpoint of ${origin.stack}`;
    const added = interfaces.add({ role: "consumer-endpoint", label, origin, subnets, securityGroups });
    interfaces.add({
      role: "client",
      label: `client of ${origin.stack}`,
      origin,
      subnets,
      securityGroups: [],
      unguarded: true,
    });
    return [
      [
        origin.stack,
        {
          origin,
          vpc: made ? vpc.key : "",
          service:
            service instanceof Reference && service.address.startsWith("aws_vpc_endpoint_service.")
              ? { key: service.key }
              : { unknown: `the service is given by name (${String(service)}): its stacks are not here` },
          zonesMatter: block.service_region === undefined,
          securityGroups,
          interfaces: added,
          unknown: made ? undefined : "the VPC exists already: its routes, network ACLs and other rules are not here",
        },
      ],
    ];
  });
  return new Map(found);
}
