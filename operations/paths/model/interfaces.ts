import { usableAddress } from "./addresses";
import type { NetworkInterface, Role, Subnet } from "./network";
import { keys, resolve } from "./references";
import { type Block, type Origin, type Resource, resources, type Stacks } from "./stacks";

export interface InterfaceProps {
  readonly role: Role;
  readonly label: string;
  readonly origin: Origin;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly public?: boolean;
  readonly unguarded?: boolean;
  readonly listens?: readonly number[];
}

/** Makes network interfaces, one in each subnet that is named, and gives them addresses. */
export class Interfaces {
  readonly all: NetworkInterface[] = [];
  private readonly used = new Map<string, number>();

  constructor(readonly subnets: ReadonlyMap<string, Subnet>) {}

  add({ label, listens = [], role, securityGroups, subnets, ...props }: InterfaceProps): NetworkInterface[] {
    const known = subnets.flatMap((key) => this.subnets.get(key) ?? []);
    return known.map((subnet, index) => {
      const n = this.used.get(subnet.key) ?? 0;
      this.used.set(subnet.key, n + 1);
      const added: NetworkInterface = {
        id: `${label}${known.length > 1 ? ` ${index + 1}` : ""}`,
        role,
        label,
        origin: props.origin,
        subnet: subnet.key,
        address: usableAddress(subnet.block, n),
        securityGroups,
        unguarded: props.unguarded,
        public: props.public ?? false,
        listens,
      };
      this.all.push(added);
      return added;
    });
  }
}

/** Tasks, instances, database, mount targets and functions: everything that is no load balancer and no endpoint. */
export function addWorkloads(stacks: Stacks, interfaces: Interfaces): { functionsOutside: Origin[] } {
  addService(stacks, interfaces);
  addInstances(stacks, interfaces);
  addDataLoad(stacks, interfaces);
  addDatabase(stacks, interfaces);
  addMountTargets(stacks, interfaces);
  return { functionsOutside: addFunctions(stacks, interfaces) };
}

const inside = (block: unknown): Block => {
  const [first] = Array.isArray(block) ? (block as Block[]) : [block as Block | undefined];
  return first ?? {};
};

const groupsOf = (stacks: Stacks, { origin }: Resource, ids: unknown) => keys(stacks, origin.stack, ids);

function addService(stacks: Stacks, interfaces: Interfaces): void {
  for (const service of resources(stacks, "aws_ecs_service")) {
    const network = inside(service.block.network_configuration);
    const { container_port: port } = inside(service.block.load_balancer);
    interfaces.add({
      role: "task",
      label: `task of ${service.origin.stack}`,
      origin: service.origin,
      subnets: groupsOf(stacks, service, network.subnets),
      securityGroups: groupsOf(stacks, service, network.security_groups),
      public: network.assign_public_ip === true,
      listens: port === undefined ? [] : [Number(port)],
    });
  }
}

function addInstances(stacks: Stacks, interfaces: Interfaces): void {
  const templates = new Map(resources(stacks, "aws_launch_template").map((template) => [template.key, template]));
  for (const group of resources(stacks, "aws_autoscaling_group")) {
    const [key = ""] = groupsOf(stacks, group, inside(group.block.launch_template).id);
    const template = templates.get(key);
    interfaces.add({
      role: "instance",
      label: `instance of ${group.origin.stack}`,
      origin: group.origin,
      subnets: groupsOf(stacks, group, group.block.vpc_zone_identifier),
      securityGroups: template ? groupsOf(stacks, template, template.block.vpc_security_group_ids) : [],
    });
  }
}

/** The data load is a task without a service: the stack's output says where it runs. */
function addDataLoad(stacks: Stacks, interfaces: Interfaces): void {
  for (const [stack, json] of Object.entries(stacks)) {
    const run = json.output?.dataLoad?.value as Block | undefined;
    if (!run) continue;
    interfaces.add({
      role: "data-load",
      label: `data load of ${stack}`,
      origin: { stack, address: "output.dataLoad" },
      subnets: keys(stacks, stack, run.subnetIds),
      securityGroups: keys(stacks, stack, run.securityGroupIds),
    });
  }
}

function addDatabase(stacks: Stacks, interfaces: Interfaces): void {
  const subnetGroups = new Map(resources(stacks, "aws_db_subnet_group").map((group) => [group.key, group]));
  for (const instance of resources(stacks, "aws_db_instance")) {
    const { block, origin } = instance;
    const group = subnetGroups.get(groupsOf(stacks, instance, block.db_subnet_group_name)[0] ?? "");
    interfaces.add({
      role: "database",
      label: `database of ${origin.stack}`,
      origin,
      // Primary and standby may be in any of them.
      subnets: group ? groupsOf(stacks, group, group.block.subnet_ids) : [],
      securityGroups: groupsOf(stacks, instance, block.vpc_security_group_ids),
      public: block.publicly_accessible === true,
      listens: [Number(block.port)],
    });
  }
}

function addMountTargets(stacks: Stacks, interfaces: Interfaces): void {
  resources(stacks, "aws_efs_mount_target").forEach((target, index) => {
    interfaces.add({
      role: "file-system",
      label: `mount target ${index + 1} of ${target.origin.stack}`,
      origin: target.origin,
      subnets: groupsOf(stacks, target, target.block.subnet_id),
      securityGroups: groupsOf(stacks, target, target.block.security_groups),
      listens: [2049],
    });
  });
}

function addFunctions(stacks: Stacks, interfaces: Interfaces): Origin[] {
  const outside: Origin[] = [];
  for (const lambda of resources(stacks, "aws_lambda_function")) {
    const vpc = resolve(stacks, lambda.origin.stack, lambda.block.vpc_config);
    if (vpc === undefined) outside.push(lambda.origin);
    interfaces.add({
      role: "sync-lambda",
      label: `sync Lambda of ${lambda.origin.stack}`,
      origin: lambda.origin,
      subnets: groupsOf(stacks, lambda, inside(vpc).subnet_ids),
      securityGroups: groupsOf(stacks, lambda, inside(vpc).security_group_ids),
    });
  }
  return outside;
}
