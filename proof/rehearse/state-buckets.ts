import { DeleteBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { stateBucket } from "../../config/derive";
import type { Consumer } from "../../config/schema";
import { emptyBucket } from "../../engine/terraform/empty-bucket";
import type { ClientOptions } from "../../operations/verify/target";
import { createBucket } from "../lab/clients";

/** The buckets for the consumers' states: the consumer teams' own, which no stack of this project creates. */
export class StateBuckets {
  private readonly buckets: readonly { bucket: string; region: string }[];
  private readonly s3: S3Client;

  constructor(
    private readonly clientOptions: ClientOptions,
    consumers: readonly Consumer[],
  ) {
    this.s3 = new S3Client(clientOptions);
    this.buckets = consumers.flatMap((consumer) => {
      const bucket = consumer.backend.type === "s3" ? stateBucket(consumer) : undefined;
      return bucket === undefined ? [] : [{ bucket, region: consumer.region }];
    });
  }

  async create(): Promise<void> {
    for (const { bucket, region } of this.buckets) {
      // A Region's endpoint makes buckets of its own Region only.
      await createBucket({ ...this.clientOptions, region }, bucket);
    }
  }

  async delete(): Promise<void> {
    for (const { bucket } of this.buckets) {
      await emptyBucket(this.s3, bucket);
      await this.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
    }
  }
}
