import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { createsAurora, createsInstance, resourcePrefix, zoneCount } from "../../config/derive";
import { auroraItems } from "./aurora";
import { type Item, tally, theOnly } from "./check";
import { dataKey } from "./data-key";
import { existingDatabaseItems } from "./existing-data";
import { deployCommand, type Target } from "./target";

export function databaseItems(target: Target): Item[] {
  if (target.environment.data.database.use === "existing") return existingDatabaseItems(target);
  if (createsAurora(target.environment)) return auroraItems(target);
  return createsInstance(target.environment) ? createdDatabaseItems(target) : [];
}

function createdDatabaseItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const prefix = resourcePrefix(environment);
  const deploy = deployCommand(target, "data");
  const database = async () => {
    const { DBInstances } = await new RDSClient(clientOptions).send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: `${prefix}-database` }),
    );
    return theOnly(DBInstances, "database");
  };
  return [
    {
      item: "database is available and private",
      next: "see the events of the database in the RDS console",
      async look() {
        const { DBInstanceStatus, PubliclyAccessible } = await database();
        return {
          good: DBInstanceStatus === "available" && !PubliclyAccessible,
          saw: `${DBInstanceStatus}, publicly accessible ${Boolean(PubliclyAccessible)}`,
        };
      },
    },
    {
      item: "database has a standby in another Availability Zone",
      next: "set data.database.multiAz: true and deploy",
      async look() {
        const { MultiAZ } = await database();
        if (!environment.data.database.multiAz) return { good: undefined, saw: "data.database.multiAz is false" };
        return { good: Boolean(MultiAZ), saw: `Multi-AZ ${Boolean(MultiAZ)}` };
      },
    },
    {
      item: "database is encrypted with the key",
      next: "restore a snapshot with the key; an existing database cannot be encrypted",
      async look() {
        const { KmsKeyId, StorageEncrypted } = await database();
        const ours = await dataKey(target).is(KmsKeyId);
        return { good: StorageEncrypted === true && ours, saw: `encrypted ${StorageEncrypted}, own key ${ours}` };
      },
    },
    {
      item: "database runs with the parameters of its group",
      next: `reboot it, with failover where it has a standby: aws rds reboot-db-instance --db-instance-identifier ${prefix}-database`,
      async look() {
        const { DBParameterGroups = [] } = await database();
        return tally(
          DBParameterGroups,
          ({ ParameterApplyStatus }) => ParameterApplyStatus === "in-sync",
          ({ DBParameterGroupName, ParameterApplyStatus }) => `${DBParameterGroupName} ${ParameterApplyStatus}`,
        );
      },
    },
    {
      item: "database has subnets in every zone",
      next: deploy,
      async look() {
        const { DBSubnetGroup } = await database();
        const zones = new Set((DBSubnetGroup?.Subnets ?? []).map((subnet) => subnet.SubnetAvailabilityZone?.Name));
        return { good: zones.size === zoneCount(environment), saw: `${zones.size} zones` };
      },
    },
    {
      item: "database keeps automated backups",
      next: deploy,
      async look() {
        const { BackupRetentionPeriod = 0 } = await database();
        const wanted = environment.data.database.backupRetentionDays;
        return { good: BackupRetentionPeriod >= wanted, saw: `${BackupRetentionPeriod} days, configured ${wanted}` };
      },
    },
  ];
}
