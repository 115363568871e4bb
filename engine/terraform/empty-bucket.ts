import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from "@aws-sdk/client-s3";

/**
 * Deletes every object of a bucket, with all versions and delete markers.
 *
 * @returns how many versions and markers went
 * @throws Error naming the first object that could not be deleted
 */
export async function emptyBucket(client: S3Client, bucket: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }): ObjectIdentifier => ({ Key, VersionId }),
    );
    if (objects.length === 0) return deleted;
    const { Errors: [failure] = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    if (failure !== undefined) throw new Error(`${bucket}/${failure.Key} could not be deleted: ${failure.Message}`);
    deleted += objects.length;
  }
}
