import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { PrivateBucket } from "../data/private-bucket";

export interface StateBucketProps {
  /** Name of the bucket; unique in AWS. */
  readonly name: string;
  /** Allow destroy to delete the bucket with every state in it. */
  readonly forceDestroy: boolean;
  /** Let Terraform refuse every plan that would delete or replace bucket or key. @default false */
  readonly preventDestroy?: boolean;
}

/** Bucket for Terraform state: versioned, so that any state of the last 90 days can be brought back, with its own key. */
export class StateBucket extends Construct {
  readonly bucket: PrivateBucket;
  readonly key: KmsKey;

  constructor(scope: Construct, id: string, { forceDestroy, name, preventDestroy }: StateBucketProps) {
    super(scope, id);
    // AWS's default key policy fits: the account's IAM policies decide.
    this.key = new KmsKey(this, "key", {
      description: `Terraform state in ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: forceDestroy ? 7 : 30,
      tags: { Name: name },
      ...(preventDestroy && { lifecycle: { preventDestroy } }),
    });
    new KmsAlias(this, "alias", { name: `alias/${name}`, targetKeyId: this.key.keyId });
    this.bucket = new PrivateBucket(this, "bucket", {
      name: { exact: name },
      kmsKeyArn: this.key.arn,
      forceDestroy,
      preventDestroy,
      policyStatements: (bucketArn) => [
        {
          // A backend with `encrypt: true` and no key asks for this, which overrides the bucket's own key.
          sid: "DenyOtherEncryption",
          effect: "Deny",
          principals: [{ type: "*", identifiers: ["*"] }],
          actions: ["s3:PutObject"],
          resources: [`${bucketArn}/*`],
          condition: [{ test: "StringEquals", variable: "s3:x-amz-server-side-encryption", values: ["AES256"] }],
        },
      ],
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
