import { HeadObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { type Finding, tally } from "./check";

/** How an object of a bucket is encrypted. */
export interface StoredObject {
  readonly key: string;
  /** e.g. `aws:kms`, `AES256` */
  readonly algorithm?: string;
  readonly kmsKeyArn?: string;
}

/**
 * The objects of a bucket, as each was stored: the bucket's own setting counts only for those that come after it.
 *
 * @param where bucket and, to leave out others, the beginning of the keys
 */
export async function objectsIn(
  s3: S3Client,
  where: { readonly Bucket: string; readonly Prefix?: string },
): Promise<StoredObject[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command(where));
  return Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const head = await s3.send(new HeadObjectCommand({ Bucket: where.Bucket, Key }));
      return { key: Key, algorithm: head.ServerSideEncryption, kmsKeyArn: head.SSEKMSKeyId };
    }),
  );
}

/** Whether all objects are encrypted with a KMS key. */
export function encryptedWith(kmsKeyArn: string | undefined, objects: readonly StoredObject[]): Finding {
  return tally(
    objects,
    (object) => object.algorithm === "aws:kms" && object.kmsKeyArn === kmsKeyArn,
    ({ algorithm, key, kmsKeyArn: other }) => `${key} ${algorithm ?? "not encrypted"} ${other ?? ""}`.trim(),
  );
}
