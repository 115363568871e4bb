import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { creates } from "../../config/derive";
import type { Item } from "./check";
import { dataKey } from "./data-key";
import { existingBucketItems } from "./existing-data";
import { encryptedWith, objectsIn } from "./object-encryption";
import { deployCommand, output, type Target } from "./target";

export function staticAssetsItems(target: Target): Item[] {
  if (target.environment.data.staticAssets.use === "existing") return existingBucketItems(target);
  return creates(target.environment, "staticAssets") ? createdBucketItems(target) : [];
}

function createdBucketItems(target: Target): Item[] {
  const deploy = deployCommand(target, "data");
  const s3 = new S3Client(target.clientOptions);
  const bucket = () => ({ Bucket: output(target, "data", "staticAssetsBucket") });
  return [
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
    {
      item: "every static asset is encrypted with the key",
      next: deploy,
      look: async () => encryptedWith((await dataKey(target).find()).Arn, await objectsIn(s3, bucket())),
    },
  ];
}
