import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { resourcePrefix, zoneCount } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { dataKey } from "./data-key";
import { deployCommand, type Target } from "./target";

/** The Aurora cluster of an environment, and its instances. */
export function auroraItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const identifier = `${resourcePrefix(environment)}-database`;
  const { backupRetentionDays, serverless } = environment.data.database;
  const deploy = deployCommand(target, "data");
  const rds = new RDSClient(clientOptions);
  const cluster = async () => {
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }));
    return theOnly(DBClusters, "cluster");
  };
  const instances = async () => {
    const Filters = [{ Name: "db-cluster-id", Values: [identifier] }];
    return (await rds.send(new DescribeDBInstancesCommand({ Filters }))).DBInstances ?? [];
  };
  return [
    {
      item: "database cluster and its instances are available and private",
      next: "see the events of the cluster in the RDS console",
      async look() {
        const { Status } = await cluster();
        const found = tally(
          await instances(),
          ({ DBInstanceStatus, PubliclyAccessible }) => DBInstanceStatus === "available" && !PubliclyAccessible,
          ({ DBInstanceIdentifier, DBInstanceStatus, PubliclyAccessible }) =>
            `${DBInstanceIdentifier} ${DBInstanceStatus}, publicly accessible ${Boolean(PubliclyAccessible)}`,
        );
        return { good: found.good && Status === "available", saw: `cluster ${Status}, instances ${found.saw}` };
      },
    },
    {
      item: "database has a writer, and its readers in other Availability Zones",
      next: `set data.database.serverless.readers, and ${deploy}; Aurora chooses the zone of an instance when it is created`,
      async look() {
        const members = (await cluster()).DBClusterMembers ?? [];
        const writers = members.filter(({ IsClusterWriter }) => IsClusterWriter).length;
        const zones = new Set((await instances()).map(({ AvailabilityZone }) => AvailabilityZone)).size;
        const saw = `${writers} writer, ${members.length - writers} readers, ${zones} zones`;
        const all = writers === 1 && members.length === 1 + serverless.readers;
        if (serverless.readers === 0) return { good: all ? undefined : false, saw: `${saw}; readers: 0 is configured` };
        return { good: all && (target.emulated || zones > 1), saw };
      },
    },
    {
      item: "database scales within the capacity of the file",
      next: deploy,
      async look() {
        const { MaxCapacity, MinCapacity } = (await cluster()).ServerlessV2ScalingConfiguration ?? {};
        return {
          good: MinCapacity === serverless.minCapacity && MaxCapacity === serverless.maxCapacity,
          saw: `${MinCapacity} to ${MaxCapacity} ACU, configured ${serverless.minCapacity} to ${serverless.maxCapacity}`,
        };
      },
    },
    {
      item: "database is encrypted with the key",
      next: "restore a snapshot with the key; an existing database cannot be encrypted",
      async look() {
        const { KmsKeyId, StorageEncrypted } = await cluster();
        const ours = await dataKey(target).is(KmsKeyId);
        return { good: StorageEncrypted === true && ours, saw: `encrypted ${StorageEncrypted}, own key ${ours}` };
      },
    },
    {
      item: "database runs with the parameters of its group",
      next: `reboot the instances, the writer with failover: aws rds failover-db-cluster --db-cluster-identifier ${identifier}`,
      async look() {
        return tally(
          (await cluster()).DBClusterMembers ?? [],
          ({ DBClusterParameterGroupStatus }) => DBClusterParameterGroupStatus === "in-sync",
          ({ DBClusterParameterGroupStatus, DBInstanceIdentifier }) =>
            `${DBInstanceIdentifier} ${DBClusterParameterGroupStatus}`,
        );
      },
    },
    {
      item: "database has subnets in every zone",
      next: deploy,
      async look() {
        const Subnets = (await instances()).flatMap(({ DBSubnetGroup }) => DBSubnetGroup?.Subnets ?? []);
        const zones = new Set(Subnets.map(({ SubnetAvailabilityZone }) => SubnetAvailabilityZone?.Name));
        return { good: zones.size === zoneCount(environment), saw: `${zones.size} zones` };
      },
    },
    {
      item: "database keeps automated backups",
      next: deploy,
      async look() {
        const { BackupRetentionPeriod = 0 } = await cluster();
        return {
          good: BackupRetentionPeriod >= backupRetentionDays,
          saw: `${BackupRetentionPeriod} days, configured ${backupRetentionDays}`,
        };
      },
    },
  ];
}
