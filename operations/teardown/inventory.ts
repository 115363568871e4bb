import { parseAddress } from "../../engine/terraform/address";
import { type ManagedResource, text } from "../../engine/terraform/resources";

/** Something that AWS or Terraform refuses to delete, and what takes the protection away. */
export interface Obstacle {
  readonly what: string;
  readonly fix: string;
}

/** A bucket, repository, backup vault or group of instances, and how much is in it. */
export interface Container {
  readonly kind: "bucket" | "repository" | "backup vault" | "instances";
  readonly name: string;
  /** Emptied by Terraform itself when it is destroyed, because the configuration says so. */
  readonly emptiedByTerraform: boolean;
}

/** What a person has to know of one stack before it is destroyed. */
export interface Inventory {
  readonly count: number;
  /** Things that hold data, by name. */
  readonly stateful: readonly string[];
  /** Things with a protection of their own. */
  readonly obstacles: readonly Obstacle[];
  readonly containers: readonly Container[];
  /** What AWS keeps after the stack is gone. */
  readonly kept: readonly string[];
  /** Id of the endpoint service. */
  readonly endpointService?: string;
}

/** Types of resources whose deletion loses data. */
const HOLDS_DATA: readonly string[] = [
  "aws_backup_vault",
  "aws_db_instance",
  "aws_ecr_repository",
  "aws_efs_file_system",
  "aws_kms_key",
  "aws_rds_cluster",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
];

/** Whether a resource at an address, e.g. `aws_db_instance.database_instance_1A2B3C4D`, holds data. */
export const holdsData = (address: string): boolean => HOLDS_DATA.includes(parseAddress(address).type);

/** Option that protects a load balancer, by its type. */
const LOAD_BALANCER_OPTIONS: Readonly<Record<string, string>> = {
  application: "compute.loadBalancer.deletionProtection",
  network: "privatelink.deletionProtection",
};

/** The part of a stack's Terraform JSON that says what Terraform itself may not destroy. */
export interface StackJson {
  readonly resource?: Readonly<
    Record<string, Readonly<Record<string, { readonly lifecycle?: { readonly prevent_destroy?: boolean } }>>>
  >;
}

/** Whether something in a stack has `prevent_destroy`: then every plan that would delete it fails. */
export const preventsDestroy = ({ resource = {} }: StackJson): boolean =>
  Object.values(resource).some((blocks) =>
    Object.values(blocks).some(({ lifecycle }) => lifecycle?.prevent_destroy === true),
  );

/** What one resource adds to an inventory. */
interface Entry {
  readonly stateful?: string;
  readonly obstacle?: Obstacle | undefined;
  readonly container?: Container | undefined;
  readonly kept?: readonly string[];
}

/** The entry of a resource, by its type; other types add nothing but their number. */
const ENTRIES: Readonly<Record<string, (resource: ManagedResource) => Entry>> = {
  aws_db_instance: (resource) => databaseEntry(resource, "identifier"),
  aws_rds_cluster: (resource) => databaseEntry(resource, "cluster_identifier"),
  aws_lb: (resource) => {
    const option = LOAD_BALANCER_OPTIONS[text(resource, "load_balancer_type")] ?? "deletionProtection";
    const isProtected = resource.values.enable_deletion_protection === true;
    return { obstacle: isProtected ? switchedOff(`load balancer ${text(resource, "name")}`, option) : undefined };
  },
  aws_efs_file_system: (resource) => ({ stateful: `file system ${text(resource, "id")}` }),
  aws_s3_bucket: (resource) => containerEntry("bucket", text(resource, "bucket"), resource.values.force_destroy),
  aws_ecr_repository: (resource) => containerEntry("repository", text(resource, "name"), resource.values.force_delete),
  aws_backup_vault: (resource) => containerEntry("backup vault", text(resource, "name"), resource.values.force_destroy),
  aws_autoscaling_group: (resource) => {
    const { force_delete, protect_from_scale_in } = resource.values;
    if (protect_from_scale_in !== true) return {};
    const { container } = containerEntry("instances", text(resource, "name"), force_delete);
    return { container };
  },
  aws_ecs_task_definition: (resource) => ({
    kept: [`revisions of task definition ${text(resource, "family")}, which cost nothing`],
  }),
  aws_secretsmanager_secret: (resource) => {
    const name = `secret ${text(resource, "name")}`;
    const days = Number(resource.values.recovery_window_in_days);
    return { stateful: name, kept: days > 0 ? [`${name}, for ${days} days`] : [] };
  },
  aws_kms_key: (resource) => {
    const name = `key ${text(resource, "key_id")}`;
    return { stateful: name, kept: [`${name}, for ${resource.values.deletion_window_in_days ?? 30} days`] };
  },
};

/** Reads an inventory out of a stack's resources. */
export function inventory(resources: readonly ManagedResource[], stackJson: StackJson = {}): Inventory {
  const entries = resources.map((resource) => ENTRIES[resource.type]?.(resource) ?? {});
  const service = resources.find(({ type }) => type === "aws_vpc_endpoint_service");
  return {
    count: resources.length,
    stateful: entries.flatMap(({ stateful }) => stateful ?? []),
    obstacles: [
      ...(preventsDestroy(stackJson) ? [PREVENTED] : []),
      ...entries.flatMap(({ obstacle }) => obstacle ?? []),
    ],
    containers: entries.flatMap(({ container }) => container ?? []),
    kept: entries.flatMap(({ kept }) => kept ?? []),
    ...(service === undefined ? {} : { endpointService: text(service, "id") }),
  };
}

const PREVENTED: Obstacle = {
  what: "production keeps what holds data: Terraform has prevent_destroy for it",
  fix: "give the reason in acknowledge.unprotectedDeletion",
};

function databaseEntry(resource: ManagedResource, identifier: "cluster_identifier" | "identifier"): Entry {
  const { deletion_protection, skip_final_snapshot } = resource.values;
  const name = text(resource, identifier);
  const kind = identifier === "identifier" ? "instance" : "cluster";
  const snapshot = `final snapshot ${text(resource, "final_snapshot_identifier")} and the automated backups of database ${name}, until their key is deleted: to keep the data, aws kms cancel-key-deletion before that, or aws rds ${kind === "cluster" ? "copy-db-cluster-snapshot" : "copy-db-snapshot"} with --kms-key-id of another key`;
  const logs = `log groups /aws/rds/${kind}/${name}/… if RDS writes to them once more: delete them before the stack is deployed again`;
  return {
    stateful: `database ${name}`,
    obstacle: deletion_protection === true ? switchedOff(name, "data.database.deletionProtection") : undefined,
    kept: skip_final_snapshot === false ? [snapshot, logs] : [logs],
  };
}

function containerEntry(kind: Container["kind"], name: string, forced: unknown) {
  return { stateful: `${kind} ${name}`, container: { kind, name, emptiedByTerraform: forced === true } };
}

function switchedOff(what: string, option: string): Obstacle {
  return { what: `${what} has deletion protection`, fix: `set ${option}: false, and deploy the stack` };
}
