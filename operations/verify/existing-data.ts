import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { GetBucketEncryptionCommand, GetPublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Item, theOnly } from "./check";
import { output, type Target } from "./target";

/** A database that exists; of one that is given by its host name, AWS cannot be asked. */
export function existingDatabaseItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const { clusterIdentifier, instanceIdentifier, secretArn } = environment.data.database.existing ?? {};
  const rds = new RDSClient(clientOptions);
  const state = async (): Promise<{ status?: string; encrypted?: boolean } | undefined> => {
    if (instanceIdentifier) {
      const { DBInstances } = await rds.send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: instanceIdentifier }),
      );
      const { DBInstanceStatus, StorageEncrypted } = theOnly(DBInstances, "database");
      return { status: DBInstanceStatus, encrypted: StorageEncrypted };
    }
    if (!clusterIdentifier) return undefined;
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: clusterIdentifier }));
    const { Status, StorageEncrypted } = theOnly(DBClusters, "cluster");
    return { status: Status, encrypted: StorageEncrypted };
  };
  return [
    {
      item: "existing database is available and encrypted",
      next: "ask its owner: see the events of the database in the RDS console",
      async look() {
        const found = await state();
        if (!found) return { good: undefined, saw: "data.database.existing.endpoint names a host" };
        return {
          good: found.status === "available" && found.encrypted === true,
          saw: `${found.status}, encrypted ${found.encrypted}`,
        };
      },
    },
    {
      item: "secret of the existing database has a current version",
      next: "ask its owner to store user name and password in it",
      async look() {
        const secret = await new SecretsManagerClient(clientOptions).send(
          new DescribeSecretCommand({ SecretId: secretArn }),
        );
        return {
          good: Object.values(secret.VersionIdsToStages ?? {})
            .flat()
            .includes("AWSCURRENT"),
          saw: secret.Name ?? "",
        };
      },
    },
  ];
}

/** A bucket that exists; what is in it is its owner's. */
export function existingBucketItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const bucket = () => ({ Bucket: output(target, "data", "staticAssetsBucket") });
  const s3 = new S3Client(clientOptions);
  return [
    {
      item: "existing bucket of static assets is private and encrypted as configured",
      next: "ask its owner to block public access; correct data.staticAssets.existing.keyArn",
      async look() {
        const [access, encryption] = await Promise.all([
          s3.send(new GetPublicAccessBlockCommand(bucket())),
          s3.send(new GetBucketEncryptionCommand(bucket())),
        ]);
        const closed = Object.values(access.PublicAccessBlockConfiguration ?? {});
        const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
        const key = rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
        const { keyArn } = environment.data.staticAssets.existing ?? {};
        const isPrivate = closed.length === 4 && closed.every(Boolean);
        return {
          good: isPrivate && (key === undefined || keyArn?.endsWith(key) === true),
          saw: `public access blocked ${isPrivate}, key ${key ?? "of Amazon S3"}`,
        };
      },
    },
  ];
}
