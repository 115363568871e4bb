import { DataAwsS3Bucket } from "@cdktf/provider-aws/lib/data-aws-s3-bucket";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { StaticAssetsPart } from "./parts";

export interface ExistingBucketProps {
  /** With `existing`. */
  readonly options: Environment["data"]["staticAssets"];
  readonly region: string;
}

/** A bucket that exists; a plan stops where it is in another Region, to which the VPC's endpoint of S3 does not lead. */
export class ExistingBucket extends Construct {
  readonly part: StaticAssetsPart;
  readonly bucket: DataAwsS3Bucket;

  constructor(scope: Construct, id: string, { options: { existing }, region }: ExistingBucketProps) {
    super(scope, id);
    if (!existing) throw new Error("data.staticAssets.existing is missing");
    this.bucket = new DataAwsS3Bucket(this, "bucket", {
      bucket: existing.bucket,
      lifecycle: {
        postcondition: [
          {
            condition: `\${self.region == "${region}"}`,
            errorMessage: `The bucket \${self.bucket} is in \${self.region}, not in ${region}: replicate it to a bucket there.`,
          },
        ],
      },
    });
    this.part = {
      bucketName: this.bucket.bucket,
      bucketArn: this.bucket.arn,
      ...(existing.prefix && { prefix: existing.prefix }),
      ...(existing.keyArn && { keyArn: existing.keyArn }),
    };
  }
}
