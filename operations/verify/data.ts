import {
  BackupClient,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  ListBackupSelectionsCommand,
  ListRecoveryPointsByResourceCommand,
} from "@aws-sdk/client-backup";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeAccessPointsCommand,
  DescribeFileSystemsCommand,
  DescribeMountTargetsCommand,
  EFSClient,
} from "@aws-sdk/client-efs";
import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from "@aws-sdk/client-kms";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { resourcePrefix } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { output, type Target } from "./target";

/** Key, secret, database, file system and static assets. */
export function dataItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const prefix = resourcePrefix(environment);
  const stack = `data-${environment.name}`;
  const deploy = `npx cdktf deploy ${stack}`;
  const kms = new KMSClient(clientOptions);
  const efs = new EFSClient(clientOptions);
  const s3 = new S3Client(clientOptions);
  const key = async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: `alias/${prefix}` }));
    if (!KeyMetadata?.KeyId) throw new Error(`no key alias/${prefix} found`);
    return { ...KeyMetadata, KeyId: KeyMetadata.KeyId };
  };
  const isOurs = async (keyIdOrArn: string | undefined) => {
    const { Arn, KeyId } = await key();
    return keyIdOrArn === Arn || keyIdOrArn === KeyId || keyIdOrArn === `alias/${prefix}`;
  };
  const database = async () => {
    const { DBInstances } = await new RDSClient(clientOptions).send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: `${prefix}-database` }),
    );
    return theOnly(DBInstances, "database");
  };
  const fileSystemId = () => output(target, stack, "fileSystemId");
  const bucket = () => ({ Bucket: output(target, stack, "staticAssetsBucket") });

  const backup = new BackupClient(clientOptions);
  const planId = () => output(target, stack, "backupPlanId");
  /** ARNs that the environment's backup plan names. */
  const backedUp = async () => {
    const BackupPlanId = planId();
    const { BackupSelectionsList = [] } = await backup.send(new ListBackupSelectionsCommand({ BackupPlanId }));
    const selections = await Promise.all(
      BackupSelectionsList.map(({ SelectionId }) =>
        backup.send(new GetBackupSelectionCommand({ BackupPlanId, SelectionId })),
      ),
    );
    return selections.flatMap(({ BackupSelection }) => BackupSelection?.Resources ?? []);
  };

  return [
    {
      item: "encryption key is enabled and rotates",
      next: deploy,
      async look() {
        const { KeyId, KeyState } = await key();
        const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
        return {
          good: KeyState === "Enabled" && KeyRotationEnabled,
          saw: `${KeyState}, rotation ${KeyRotationEnabled}`,
        };
      },
    },
    {
      item: "database secret has a current version and is encrypted with the key",
      next: deploy,
      async look() {
        const secret = await new SecretsManagerClient(clientOptions).send(
          new DescribeSecretCommand({ SecretId: output(target, stack, "databaseSecretArn") }),
        );
        const current = Object.values(secret.VersionIdsToStages ?? {})
          .flat()
          .includes("AWSCURRENT");
        const ours = await isOurs(secret.KmsKeyId);
        return { good: current && ours, saw: `current version ${current}, own key ${ours}` };
      },
    },
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
        const ours = await isOurs(KmsKeyId);
        return { good: StorageEncrypted === true && ours, saw: `encrypted ${StorageEncrypted}, own key ${ours}` };
      },
    },
    {
      item: "database stands in subnets of every zone",
      next: deploy,
      async look() {
        const { DBSubnetGroup } = await database();
        const zones = new Set((DBSubnetGroup?.Subnets ?? []).map((subnet) => subnet.SubnetAvailabilityZone?.Name));
        return { good: zones.size === environment.network.availabilityZoneCount, saw: `${zones.size} zones` };
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
    {
      item: "backup plan covers file system and static assets",
      next: deploy,
      async look() {
        if (!environment.data.backup.enabled) return { good: undefined, saw: "data.backup.enabled is false" };
        const { BackupPlan } = await backup.send(new GetBackupPlanCommand({ BackupPlanId: planId() }));
        const { Lifecycle, TargetBackupVaultName } = theOnly(BackupPlan?.Rules, "rule of the backup plan");
        const covered = await backedUp();
        const ends = { "file system": `/${fileSystemId()}`, "static assets": `:${bucket().Bucket}` };
        const found = tally(
          Object.entries(ends),
          ([, end]) => covered.some((arn) => arn.endsWith(end)),
          ([name]) => name,
        );
        const days = Lifecycle?.DeleteAfterDays;
        return {
          good: found.good && days === environment.data.backup.retentionDays,
          saw: `${found.saw}, kept ${days} days in vault ${TargetBackupVaultName}`,
        };
      },
    },
    {
      item: "file system and static assets were backed up in the last two days",
      next: "see the failed jobs: aws backup list-backup-jobs --by-state FAILED",
      async look() {
        if (!environment.data.backup.enabled) return { good: undefined, saw: "data.backup.enabled is false" };
        if (target.emulated) return { good: undefined, saw: "an emulated AWS has no schedule" };
        const { CreationDate } = await backup.send(new GetBackupPlanCommand({ BackupPlanId: planId() }));
        const twoDaysAgo = Date.now() - 2 * 24 * 3600_000;
        if ((CreationDate?.getTime() ?? 0) > twoDaysAgo) {
          return { good: undefined, saw: "the plan is younger than two days" };
        }
        const points = await Promise.all(
          (await backedUp()).map(async (ResourceArn) => {
            const { RecoveryPoints = [] } = await backup.send(new ListRecoveryPointsByResourceCommand({ ResourceArn }));
            const times = RecoveryPoints.filter(({ Status }) => Status === "COMPLETED" || Status === "AVAILABLE").map(
              (point) => point.CreationDate?.getTime() ?? 0,
            );
            return { ResourceArn, newest: Math.max(0, ...times) };
          }),
        );
        return tally(
          points,
          ({ newest }) => newest > twoDaysAgo,
          ({ newest, ResourceArn }) => `${ResourceArn} ${newest ? new Date(newest).toISOString() : "never"}`,
        );
      },
    },
    {
      item: "file system is available and encrypted",
      next: deploy,
      async look() {
        const { FileSystems } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId: fileSystemId() }));
        const { Encrypted, LifeCycleState } = theOnly(FileSystems, "file system");
        return {
          good: LifeCycleState === "available" && Encrypted === true,
          saw: `${LifeCycleState}, encrypted ${Encrypted}`,
        };
      },
    },
    {
      item: "mount targets are available in every Availability Zone",
      next: deploy,
      async look() {
        const { MountTargets = [] } = await efs.send(new DescribeMountTargetsCommand({ FileSystemId: fileSystemId() }));
        const zones = new Set(MountTargets.map(({ AvailabilityZoneId }) => AvailabilityZoneId)).size;
        const found = tally(
          MountTargets,
          ({ LifeCycleState }) => LifeCycleState === "available",
          ({ LifeCycleState, MountTargetId }) => `${MountTargetId} ${LifeCycleState}`,
        );
        return {
          good: found.good && zones === environment.network.availabilityZoneCount,
          saw: `${found.saw} in ${zones} zones`,
        };
      },
    },
    {
      item: "access point is available",
      next: deploy,
      async look() {
        const { AccessPoints = [] } = await efs.send(new DescribeAccessPointsCommand({ FileSystemId: fileSystemId() }));
        return tally(
          AccessPoints,
          ({ LifeCycleState }) => LifeCycleState === "available",
          ({ AccessPointId, LifeCycleState }) => `${AccessPointId} ${LifeCycleState}`,
        );
      },
    },
    {
      item: "file system is mounted by tasks",
      next: `see the stopped tasks' reasons: aws ecs describe-tasks; the mount's security groups: npm run paths -- --env ${environment.name}`,
      async look() {
        if (target.emulated) return { good: undefined, saw: "an emulated file system has no clients" };
        const now = Date.now();
        const { Datapoints = [] } = await new CloudWatchClient(clientOptions).send(
          new GetMetricStatisticsCommand({
            Namespace: "AWS/EFS",
            MetricName: "ClientConnections",
            Dimensions: [{ Name: "FileSystemId", Value: fileSystemId() }],
            StartTime: new Date(now - 15 * 60_000),
            EndTime: new Date(now),
            Period: 300,
            Statistics: ["Sum"],
          }),
        );
        const connections = Math.max(0, ...Datapoints.map(({ Sum = 0 }) => Sum));
        return { good: connections > 0, saw: `${connections} client connections in the last 15 minutes` };
      },
    },
    {
      item: "static assets are private, encrypted and versioned",
      next: deploy,
      async look() {
        const [access, encryption, versioning] = await Promise.all([
          s3.send(new GetPublicAccessBlockCommand(bucket())),
          s3.send(new GetBucketEncryptionCommand(bucket())),
          s3.send(new GetBucketVersioningCommand(bucket())),
        ]);
        const closed = Object.values(access.PublicAccessBlockConfiguration ?? {});
        const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
        const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
        const good =
          closed.length === 4 && closed.every(Boolean) && algorithm === "aws:kms" && versioning.Status === "Enabled";
        return {
          good,
          saw: `public access blocked ${closed.every(Boolean)}, ${algorithm}, versioning ${versioning.Status}`,
        };
      },
    },
    {
      item: "static assets are uploaded",
      next: deploy,
      async look() {
        const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command(bucket()));
        return { good: KeyCount > 0, saw: `${KeyCount} objects` };
      },
    },
  ];
}
