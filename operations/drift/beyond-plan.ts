import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  EC2Client,
  paginateDescribeSecurityGroupRules,
  paginateDescribeVpcEndpointServicePermissions,
  type SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, ECSClient, paginateListTasks, type Task } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type ManagedResource, text } from "../../engine/terraform/resources";
import type { ClientOptions } from "../verify/target";
import { difference, nodeAddresses, presentTargets } from "../verify/target-parity";

/** Something that differs from what is written, and that no plan shows. */
export interface Unplanned {
  readonly stack: string;
  /** With the address of the resource that it belongs to. */
  readonly difference: string;
}

/** A resource and the stack that holds it. */
interface Held {
  readonly stack: string;
  readonly resource: ManagedResource;
}

/**
 * Changes that a plan does not show by design: separate resources (rules, routes, principals, policies) that were added
 * outside of Terraform, and values that another part of the system manages (targets, the number of tasks).
 *
 * @param resources of every deployed stack, as AWS showed them when the stack was planned
 */
export async function beyondPlan(
  resources: ReadonlyMap<string, readonly ManagedResource[]>,
  options: ClientOptions,
): Promise<Unplanned[]> {
  const all = [...resources].flatMap(([stack, own]) => own.map((resource): Held => ({ stack, resource })));
  const found = await Promise.all([
    addedRules(all, new EC2Client(options)),
    addedPrincipals(all, new EC2Client(options)),
    targetsOfTasks(all, options),
    targetsOfNodes(all, options),
    tasksWanted(all, new ApplicationAutoScalingClient(options)),
  ]);
  return [...found.flat(), ...addedRoutes(all), ...addedPolicies(all)];
}

const ofType = (all: readonly Held[], type: string) => all.filter(({ resource }) => resource.type === type);

async function addedRules(all: readonly Held[], client: EC2Client): Promise<Unplanned[]> {
  const groups = ofType(all, "aws_security_group");
  if (groups.length === 0) return [];
  const known = new Set(
    all
      .filter(({ resource }) => resource.type.startsWith("aws_vpc_security_group_"))
      .map(({ resource }) => text(resource, "security_group_rule_id")),
  );
  const found: Unplanned[] = [];
  const Filters = [{ Name: "group-id", Values: groups.map(({ resource }) => text(resource, "id")) }];
  for await (const page of paginateDescribeSecurityGroupRules({ client }, { Filters })) {
    for (const rule of page.SecurityGroupRules ?? []) {
      if (known.has(rule.SecurityGroupRuleId ?? "")) continue;
      const group = groups.find(({ resource }) => text(resource, "id") === rule.GroupId);
      if (group !== undefined) {
        found.push({ stack: group.stack, difference: `${describeRule(rule)} was added to ${group.resource.address}` });
      }
    }
  }
  return found;
}

function describeRule(rule: SecurityGroupRule): string {
  const { FromPort: from, IpProtocol: protocol, IsEgress, SecurityGroupRuleId: id, ToPort: to } = rule;
  const peer = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? "?";
  const ports = protocol === "-1" ? "everything" : `${protocol} ${from === to ? from : `${from}-${to}`}`;
  return `rule ${id} (${ports} ${IsEgress ? "to" : "from"} ${peer})`;
}

async function addedPrincipals(all: readonly Held[], client: EC2Client): Promise<Unplanned[]> {
  const found: Unplanned[] = [];
  const known = ofType(all, "aws_vpc_endpoint_service_allowed_principal").map(({ resource }) =>
    text(resource, "principal_arn"),
  );
  for (const { resource, stack } of ofType(all, "aws_vpc_endpoint_service")) {
    const pages = paginateDescribeVpcEndpointServicePermissions({ client }, { ServiceId: text(resource, "id") });
    for await (const { AllowedPrincipals = [] } of pages) {
      for (const { Principal = "" } of AllowedPrincipals) {
        if (known.includes(Principal)) continue;
        found.push({ stack, difference: `principal ${Principal} was added to ${resource.address}` });
      }
    }
  }
  return found;
}

/** The NLB's targets are the sync Lambda's affair. */
async function targetsOfNodes(all: readonly Held[], options: ClientOptions): Promise<Unplanned[]> {
  const balancer = (type: string) =>
    ofType(all, "aws_lb").find(({ resource }) => text(resource, "load_balancer_type") === type);
  const alb = balancer("application");
  const nlb = balancer("network");
  if (alb === undefined || nlb === undefined) return [];
  const groups = ipTargetGroups(all).filter(({ stack }) => stack === nlb.stack);
  if (groups.length === 0) return [];
  const nodes = await nodeAddresses(new EC2Client(options), text(alb.resource, "arn"));
  return targetDifferences(groups, nodes, `address of ${alb.resource.address}`, options);
}

/** The ALB's targets are ECS's affair, which registers a task once and does not look again. */
async function targetsOfTasks(all: readonly Held[], options: ClientOptions): Promise<Unplanned[]> {
  const client = new ECSClient(options);
  const found: Unplanned[] = [];
  for (const { resource, stack } of ofType(all, "aws_ecs_service")) {
    const groups = ipTargetGroups(all).filter((group) => group.stack === stack);
    const addresses = await runningTasks(client, text(resource, "cluster"), text(resource, "name"));
    found.push(...(await targetDifferences(groups, addresses, `task of ${resource.address}`, options)));
  }
  return found;
}

const ipTargetGroups = (all: readonly Held[]) =>
  ofType(all, "aws_lb_target_group").filter(({ resource }) => text(resource, "target_type") === "ip");

async function targetDifferences(
  groups: readonly Held[],
  wanted: readonly string[],
  what: string,
  options: ClientOptions,
): Promise<Unplanned[]> {
  const elb = new ElasticLoadBalancingV2Client(options);
  const found: Unplanned[] = [];
  for (const { resource, stack } of groups) {
    const targets = (await presentTargets(elb, text(resource, "arn"))).map(({ id }) => id);
    const { missing, surplus } = difference(wanted, targets);
    for (const id of missing) found.push({ stack, difference: `${id}, ${what}, is no target of ${resource.address}` });
    for (const id of surplus) found.push({ stack, difference: `target ${id} of ${resource.address} is no ${what}` });
  }
  return found;
}

/** Private addresses of a service's running tasks. */
async function runningTasks(client: ECSClient, cluster: string, serviceName: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { taskArns = [] } of paginateListTasks({ client }, { cluster, serviceName })) {
    if (taskArns.length === 0) continue;
    const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    found.push(...tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").flatMap(addressesOf));
  }
  return found;
}

function addressesOf({ attachments = [] }: Task): string[] {
  return attachments
    .flatMap(({ details = [] }) => details)
    .flatMap(({ name, value }) => (name === "privateIPv4Address" && value !== undefined ? [value] : []));
}

/**
 * Terraform leaves the number of tasks to autoscaling. A change by anything else leaves no scaling activity; AWS
 * keeps activities for six weeks.
 */
async function tasksWanted(all: readonly Held[], client: ApplicationAutoScalingClient): Promise<Unplanned[]> {
  const found: Unplanned[] = [];
  for (const { resource: target } of ofType(all, "aws_appautoscaling_target")) {
    const ResourceId = text(target, "resource_id");
    const service = ofType(all, "aws_ecs_service").find(
      ({ resource }) =>
        ResourceId === `service/${text(resource, "cluster").split("/").at(-1)}/${text(resource, "name")}`,
    );
    if (service === undefined) continue;
    const { ScalingActivities = [] } = await client.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs", ResourceId }),
    );
    const last = ScalingActivities.find(({ StatusCode }) => StatusCode === "Successful");
    const set = /desired count to (\d+)/.exec(last?.Description ?? "")?.[1];
    const wanted = Math.max(Number(set ?? 0), Number(target.values.min_capacity));
    const actual = Number(service.resource.values.desired_count);
    if (actual === wanted) continue;
    const why = set === undefined ? `the minimum is ${wanted} and no scaling is known` : `autoscaling set ${wanted}`;
    found.push({ stack: service.stack, difference: `${service.resource.address} wants ${actual} tasks; ${why}` });
  }
  return found;
}

interface RouteValue {
  readonly cidr_block?: string;
  readonly ipv6_cidr_block?: string;
  readonly destination_prefix_list_id?: string;
}

/** A route table as AWS shows it also has the routes that are no resources. */
function addedRoutes(all: readonly Held[]): Unplanned[] {
  const known = ofType(all, "aws_route").map(({ resource }) =>
    [text(resource, "route_table_id"), destination(resource.values, "destination_")].join(" "),
  );
  return ofType(all, "aws_route_table").flatMap(({ resource, stack }) => {
    const routes = (resource.values.route ?? []) as readonly (RouteValue & Readonly<Record<string, unknown>>)[];
    return routes
      .map((route) => destination(route, ""))
      .filter((to) => !known.includes(`${text(resource, "id")} ${to}`))
      .map((to) => ({ stack, difference: `route to ${to} was added to ${resource.address}` }));
  });
}

function destination(values: Readonly<Record<string, unknown>>, prefix: string): string {
  const names = [`${prefix}cidr_block`, `${prefix}ipv6_cidr_block`, "destination_prefix_list_id"];
  return String(names.map((name) => values[name]).find((value) => typeof value === "string" && value !== "") ?? "?");
}

function addedPolicies(all: readonly Held[]): Unplanned[] {
  const known = ofType(all, "aws_iam_role_policy_attachment").map(
    ({ resource }) => `${text(resource, "role")} ${text(resource, "policy_arn")}`,
  );
  return ofType(all, "aws_iam_role").flatMap(({ resource, stack }) =>
    ((resource.values.managed_policy_arns ?? []) as readonly string[])
      .filter((arn) => !known.includes(`${text(resource, "name")} ${arn}`))
      .map((arn) => ({ stack, difference: `policy ${arn} was attached to ${resource.address}` })),
  );
}
