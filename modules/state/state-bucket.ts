import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { PrivateBucket } from "../data/private-bucket";

export interface StateBucketProps {
  /** Name of the bucket; unique in AWS. */
  readonly name: string;
  /** Let destroy delete the bucket with every state in it. */
  readonly forceDestroy: boolean;
}

/** Bucket for Terraform state: versioned, so that any state of the last 90 days can be brought back, with its own key. */
export class StateBucket extends Construct {
  readonly bucket: PrivateBucket;
  readonly key: KmsKey;

  constructor(scope: Construct, id: string, { forceDestroy, name }: StateBucketProps) {
    super(scope, id);
    // AWS's default key policy fits: the account's IAM policies decide.
    this.key = new KmsKey(this, "key", {
      description: `Terraform state in ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { Name: name },
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: this.key.keyId });
    this.bucket = new PrivateBucket(this, "bucket", {
      name: { exact: name },
      kmsKeyArn: this.key.arn,
      forceDestroy,
      lifecycleRules: [
        {
          id: "expire-replaced-states",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: 90, newerNoncurrentVersions: 10 }],
        },
      ],
    });
  }
}
