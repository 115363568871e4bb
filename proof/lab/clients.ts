import { type BucketLocationConstraint, CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { ClientOptions } from "../../operations/verify/target";
import type { Emulator } from "./emulator";

/** How the AWS SDK reaches the emulated AWS, which records calls by their key. */
export const emulatedOptions = (
  { endpoint }: Pick<Emulator, "endpoint">,
  region: string,
  accessKeyId = "rehearsal-look",
): Required<ClientOptions> => ({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey: "rehearsal" },
  forcePathStyle: true,
});

/** Makes a bucket in a Region, as teams make those of their states. */
export async function createBucket(options: ClientOptions, bucket: string): Promise<void> {
  const { region } = options;
  // The API's oldest Region has no location constraint.
  const place = region === "us-east-1" ? {} : { LocationConstraint: region as BucketLocationConstraint };
  await new S3Client(options).send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }));
}
