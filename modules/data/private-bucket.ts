import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";

export interface PrivateBucketProps {
  /** Exact name, or the beginning of a generated one. */
  readonly name: { readonly exact: string } | { readonly prefix: string };
  /** Key for SSE-KMS. @default S3-managed keys, the only kind that load balancers can write access logs with */
  readonly kmsKeyArn?: string;
  /** Keep replaced and deleted objects. @default true */
  readonly versioned?: boolean;
  readonly lifecycleRules: readonly S3BucketLifecycleConfigurationRule[];
  /** Allow destroy to delete the bucket with everything in it. */
  readonly forceDestroy: boolean;
  /** Let Terraform refuse every plan that would delete or replace the bucket. @default false */
  readonly preventDestroy?: boolean;
  /** Further statements of the bucket policy, given the bucket's ARN. */
  readonly policyStatements?: (bucketArn: string) => DataAwsIamPolicyDocumentStatement[];
}

/** An S3 bucket without public access or ACLs, encrypted, that refuses clear-text transport. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly policy: S3BucketPolicy;
  readonly versioning?: S3BucketVersioningA;
  /**
   * Settings that an object needs when it is stored, for `dependsOn`: one that comes before the bucket's encryption or
   * versioning remains without it.
   */
  readonly beforeObjects: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "bucket", {
      ...("exact" in props.name ? { bucket: props.name.exact } : { bucketPrefix: props.name.prefix }),
      forceDestroy: props.forceDestroy,
      ...(props.preventDestroy && { lifecycle: { preventDestroy: true } }),
    });
    const bucket = this.bucket.id;

    const publicAccessBlock = new S3BucketPublicAccessBlock(this, "public-access-block", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [
        props.kmsKeyArn
          ? {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.kmsKeyArn },
              bucketKeyEnabled: true,
            }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    });
    if (props.versioned ?? true) {
      this.versioning = new S3BucketVersioningA(this, "versioning", {
        bucket,
        versioningConfiguration: { status: "Enabled" },
      });
    }
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "abort-incomplete-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        // What remains of a deleted object once its versions are gone.
        ...(this.versioning
          ? [
              {
                id: "expire-delete-markers",
                status: "Enabled",
                filter: [{ prefix: "" }],
                expiration: [{ expiredObjectDeleteMarker: true }],
              },
            ]
          : []),
        ...props.lifecycleRules,
      ],
      ...(this.versioning ? { dependsOn: [this.versioning] } : {}),
    });

    const document = new DataAwsIamPolicyDocument(this, "policy-document", {
      statement: [
        {
          sid: "DenyClearText",
          effect: "Deny",
          principals: [{ type: "*", identifiers: ["*"] }],
          actions: ["s3:*"],
          resources: [this.bucket.arn, `${this.bucket.arn}/*`],
          condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
        },
        ...(props.policyStatements?.(this.bucket.arn) ?? []),
      ],
    });
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: document.json,
      // S3 refuses to change both at the same moment.
      dependsOn: [publicAccessBlock],
    });
    this.beforeObjects = [encryption, this.policy, ...(this.versioning ? [this.versioning] : [])];
  }
}
