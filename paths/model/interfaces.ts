import { usableAddress } from "./addresses";
import type { NetworkInterface, Role, Subnet } from "./network";
import { keys, resolve } from "./references";
import { type Block, type Origin, type Resource, resources, type Stacks } from "./stacks";

export interface InterfaceProps {
  readonly role: Role;
  readonly workload?: string;
  readonly label: string;
  readonly origin: Origin;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly public?: boolean;
  readonly unguarded?: boolean;
  readonly listens?: readonly number[];
  readonly copiesTags?: boolean;
  readonly targetGroup?: string;
}

/** A container agent that is told so asks Amazon EC2 for the tags of its instance, and does not register without an answer. */
const copiesTags = /^ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2_instance$/m;

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
        ...(props.workload !== undefined && { workload: props.workload }),
        label,
        origin: props.origin,
        subnet: subnet.key,
        address: usableAddress(subnet.block, n),
        securityGroups,
        unguarded: props.unguarded,
        public: props.public ?? false,
        listens,
        ...(props.targetGroup !== undefined && { targetGroup: props.targetGroup }),
        ...(props.copiesTags && { copiesTags: true }),
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
  addOneOffTasks(stacks, interfaces);
  addDatabase(stacks, interfaces);
  addDatabaseClusters(stacks, interfaces);
  addMountTargets(stacks, interfaces);
  addExisting(stacks, interfaces, "existingDatabase", "database");
  addExisting(stacks, interfaces, "existingFileSystem", "file-system");
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
    const { container_port: port, target_group_arn: group } = inside(service.block.load_balancer);
    const { address, stack } = service.origin;
    const [, role, name] = /^\w+\.(worker|service)-(.+)_service_[0-9A-F]{8}$/.exec(address) ?? [];
    interfaces.add({
      ...(role === undefined || name === undefined
        ? { role: "task", label: `task of ${stack}` }
        : { role: role as Role, workload: name, label: `${role} ${name} of ${stack}` }),
      ...(role === "service" && { targetGroup: groupsOf(stacks, service, group)[0] }),
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
      copiesTags: copiesTags.test(String(template?.block.user_data).replaceAll("\\n", "\n")),
    });
  }
}

/** The data load and jobs are tasks without a service: the stack's outputs say where they run. */
function addOneOffTasks(stacks: Stacks, interfaces: Interfaces): void {
  for (const [stack, json] of Object.entries(stacks)) {
    const add = (run: Block, props: Pick<InterfaceProps, "label" | "role" | "workload">, address: string) =>
      interfaces.add({
        ...props,
        origin: { stack, address },
        subnets: keys(stacks, stack, run.subnetIds),
        securityGroups: keys(stacks, stack, run.securityGroupIds),
      });
    const dataLoad = json.output?.dataLoad?.value as Block | undefined;
    if (dataLoad) add(dataLoad, { role: "data-load", label: `data load of ${stack}` }, "output.dataLoad");
    for (const [name, run] of Object.entries((json.output?.jobs?.value ?? {}) as Record<string, Block>))
      add(run, { role: "job", workload: name, label: `job ${name} of ${stack}` }, `output.jobs.${name}`);
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

/** Writer and readers of a cluster are in any of its subnets, and their group is the cluster's. */
function addDatabaseClusters(stacks: Stacks, interfaces: Interfaces): void {
  const subnetGroups = new Map(resources(stacks, "aws_db_subnet_group").map((group) => [group.key, group]));
  for (const cluster of resources(stacks, "aws_rds_cluster")) {
    const { block, key, origin } = cluster;
    const group = subnetGroups.get(groupsOf(stacks, cluster, block.db_subnet_group_name)[0] ?? "");
    const instances = resources(stacks, "aws_rds_cluster_instance").filter((instance) =>
      groupsOf(stacks, instance, instance.block.cluster_identifier).includes(key),
    );
    interfaces.add({
      role: "database",
      label: `database of ${origin.stack}`,
      origin,
      subnets: group ? groupsOf(stacks, group, group.block.subnet_ids) : [],
      securityGroups: groupsOf(stacks, cluster, block.vpc_security_group_ids),
      public: instances.some((instance) => instance.block.publicly_accessible === true),
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

/** What exists is in no stack: an output says where its clients expect it, and its security group belongs to the VPC. */
function addExisting(stacks: Stacks, interfaces: Interfaces, output: string, role: Role): void {
  for (const [stack, json] of Object.entries(stacks)) {
    const place = json.output?.[output]?.value as Block | undefined;
    if (!place) continue;
    const [group = ""] = keys(stacks, stack, place.securityGroupId);
    const subnets = keys(stacks, stack, place.subnetIds);
    const home = interfaces.subnets.get(subnets[0] ?? "")?.origin.stack;
    if (home === undefined) continue;
    interfaces.add({
      role,
      label: role === "database" ? "existing database" : "mount target of the existing file system",
      origin: { stack: home, address: group.split("/").at(-1) ?? group },
      subnets,
      securityGroups: [group],
      listens: [Number(place.port)],
    });
  }
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
