import { type ManagedResource, text } from "../terraform/resources";

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

/** Option that protects a load balancer, by its type. */
const LOAD_BALANCER_OPTIONS: Readonly<Record<string, string>> = {
  application: "compute.loadBalancer.deletionProtection",
  network: "privatelink.deletionProtection",
};

/** Reads an inventory out of a stack's resources. */
export function inventory(resources: readonly ManagedResource[]): Inventory {
  const stateful: string[] = [];
  const obstacles: Obstacle[] = [];
  const containers: Container[] = [];
  const kept: string[] = [];
  let endpointService: string | undefined;
  for (const resource of resources) {
    const { type, values } = resource;
    switch (type) {
      case "aws_db_instance": {
        const name = text(resource, "identifier");
        stateful.push(`database ${name}`);
        if (values.deletion_protection === true) obstacles.push(switchedOff(name, "data.database.deletionProtection"));
        if (values.skip_final_snapshot === false) {
          kept.push(`final snapshot ${text(resource, "final_snapshot_identifier")} of database ${name}`);
        }
        break;
      }
      case "aws_lb":
        if (values.enable_deletion_protection === true) {
          const option = LOAD_BALANCER_OPTIONS[text(resource, "load_balancer_type")] ?? "deletionProtection";
          obstacles.push(switchedOff(`load balancer ${text(resource, "name")}`, option));
        }
        break;
      case "aws_efs_file_system":
        stateful.push(`file system ${text(resource, "id")}`);
        break;
      case "aws_s3_bucket":
        stateful.push(`bucket ${text(resource, "bucket")}`);
        containers.push({
          kind: "bucket",
          name: text(resource, "bucket"),
          emptiedByTerraform: values.force_destroy === true,
        });
        break;
      case "aws_ecr_repository":
        stateful.push(`repository ${text(resource, "name")}`);
        containers.push({
          kind: "repository",
          name: text(resource, "name"),
          emptiedByTerraform: values.force_delete === true,
        });
        break;
      case "aws_backup_vault":
        stateful.push(`backup vault ${text(resource, "name")}`);
        containers.push({
          kind: "backup vault",
          name: text(resource, "name"),
          emptiedByTerraform: values.force_destroy === true,
        });
        break;
      case "aws_autoscaling_group":
        if (values.protect_from_scale_in === true) {
          containers.push({
            kind: "instances",
            name: text(resource, "name"),
            emptiedByTerraform: values.force_delete === true,
          });
        }
        break;
      case "aws_secretsmanager_secret":
        stateful.push(`secret ${text(resource, "name")}`);
        if (Number(values.recovery_window_in_days) > 0) {
          kept.push(`secret ${text(resource, "name")}, for ${values.recovery_window_in_days} days`);
        }
        break;
      case "aws_kms_key":
        stateful.push(`key ${text(resource, "key_id")}`);
        kept.push(`key ${text(resource, "key_id")}, for ${values.deletion_window_in_days ?? 30} days`);
        break;
      case "aws_vpc_endpoint_service":
        endpointService = text(resource, "id");
    }
  }
  return {
    count: resources.length,
    stateful,
    obstacles,
    containers,
    kept,
    ...(endpointService === undefined ? {} : { endpointService }),
  };
}

function switchedOff(what: string, option: string): Obstacle {
  return { what: `${what} has deletion protection`, fix: `set ${option}: false, and deploy the stack` };
}
