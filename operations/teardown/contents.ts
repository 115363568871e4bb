import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetInstanceProtectionCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  BackupClient,
  DeleteRecoveryPointCommand,
  paginateListRecoveryPointsByBackupVault,
} from "@aws-sdk/client-backup";
import { BatchDeleteImageCommand, ECRClient, paginateListImages } from "@aws-sdk/client-ecr";
import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { emptyBucket } from "../../engine/terraform/empty-bucket";
import type { ClientOptions } from "../verify/target";
import type { Container } from "./inventory";

/** What is in a container, and how to get it out. */
interface Contents {
  /** In the plural, e.g. `images`. */
  readonly unit: string;
  count(): Promise<number>;
  empty(): Promise<void>;
}

/** Options of the command that let it empty a kind of container. */
export const FLAGS: Readonly<Record<Container["kind"], string>> = {
  bucket: "--empty-buckets",
  repository: "--empty-repositories",
  "backup vault": "--delete-recovery-points",
  instances: "--terminate-instances",
};

/**
 * @param managedKeys keys of a bucket's objects that Terraform deletes itself
 */
export function contents(
  { kind, name }: Container,
  options: ClientOptions,
  managedKeys: ReadonlySet<string> = new Set(),
): Contents {
  switch (kind) {
    case "bucket":
      return inBucket(new S3Client(options), name, managedKeys);
    case "repository":
      return inRepository(new ECRClient(options), name);
    case "backup vault":
      return inVault(new BackupClient(options), name);
    case "instances":
      return inGroup(new AutoScalingClient(options), name);
  }
}

function inBucket(client: S3Client, bucket: string, managedKeys: ReadonlySet<string>): Contents {
  return {
    unit: "object versions",
    async count() {
      let count = 0;
      let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
      while (from !== undefined) {
        const page: ListObjectVersionsCommandOutput = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucket, ...from }),
        );
        const keys = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key = "" }) => Key);
        count += keys.filter((key) => !managedKeys.has(key)).length;
        from = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
      }
      return count;
    },
    empty: async () => {
      await emptyBucket(client, bucket);
    },
  };
}

/** Images that one call deletes at most. */
const IMAGES_AT_ONCE = 100;

function inRepository(client: ECRClient, repositoryName: string): Contents {
  const digests = async () => {
    const found = new Set<string>();
    for await (const { imageIds = [] } of paginateListImages({ client }, { repositoryName })) {
      for (const { imageDigest } of imageIds) if (imageDigest !== undefined) found.add(imageDigest);
    }
    return [...found];
  };
  return {
    unit: "images",
    count: async () => (await digests()).length,
    async empty() {
      const found = (await digests()).map((imageDigest) => ({ imageDigest }));
      for (let from = 0; from < found.length; from += IMAGES_AT_ONCE) {
        const imageIds = found.slice(from, from + IMAGES_AT_ONCE);
        const { failures: [failure] = [] } = await client.send(
          new BatchDeleteImageCommand({ repositoryName, imageIds }),
        );
        if (failure !== undefined) {
          throw new Error(
            `${repositoryName}@${failure.imageId?.imageDigest} could not be deleted: ${failure.failureReason}`,
          );
        }
      }
    },
  };
}

function inVault(client: BackupClient, BackupVaultName: string): Contents {
  const arns = async () => {
    const found: string[] = [];
    for await (const page of paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName })) {
      for (const { RecoveryPointArn } of page.RecoveryPoints ?? []) {
        if (RecoveryPointArn !== undefined) found.push(RecoveryPointArn);
      }
    }
    return found;
  };
  return {
    unit: "recovery points",
    count: async () => (await arns()).length,
    async empty() {
      for (const RecoveryPointArn of await arns()) {
        await client.send(new DeleteRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }));
      }
    },
  };
}

/** Instances that Terraform would wait for in vain, since nothing may scale them in. */
function inGroup(client: AutoScalingClient, AutoScalingGroupName: string): Contents {
  const protectedIds = async () => {
    const { AutoScalingGroups = [] } = await client.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
    );
    return AutoScalingGroups.flatMap(({ Instances = [] }) => Instances)
      .filter(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn)
      .map(({ InstanceId = "" }) => InstanceId);
  };
  return {
    unit: "instances protected from scaling in",
    count: async () => (await protectedIds()).length,
    async empty() {
      const InstanceIds = await protectedIds();
      if (InstanceIds.length === 0) return;
      await client.send(
        new SetInstanceProtectionCommand({ AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn: false }),
      );
    },
  };
}
