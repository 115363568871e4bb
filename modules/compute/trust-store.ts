import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { LbTrustStore } from "@cdktf/provider-aws/lib/lb-trust-store";
import { LbTrustStoreRevocation } from "@cdktf/provider-aws/lib/lb-trust-store-revocation";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { projectPath } from "../../config/project";
import type { MutualTls } from "../../config/schema/mutual-tls";
import { hyphenated, namedIds } from "../construct-ids";
import { PrivateBucket } from "../data/private-bucket";
import { literal, written } from "../literal";

export interface TrustStoreProps {
  readonly prefix: string;
  readonly options: MutualTls;
}

/** A file in S3, at the version that was stored last, so that a new content is taken over. */
interface Stored {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

/**
 * CAs whose client certificates the ALB accepts, and lists of certificates that are revoked. Elastic Load Balancing copies
 * both from S3. Source: User Guide for Application Load Balancers, "Configuring mutual TLS on an Application Load Balancer".
 */
export class TrustStore extends Construct {
  readonly trustStore: LbTrustStore;
  /** Only with files of the project. */
  readonly files?: PrivateBucket;
  readonly revocations: readonly LbTrustStoreRevocation[];

  constructor(scope: Construct, id: string, { options, prefix }: TrustStoreProps) {
    super(scope, id);
    const { caBundle, existingCaBundle, revocationLists } = options;
    if (caBundle || revocationLists.length > 0) this.files = this.addBucket(prefix);

    const bundle = existingCaBundle ?? this.store("ca-bundle", "ca-bundle.pem", caBundle ?? "");
    this.trustStore = new LbTrustStore(this, "trust-store", {
      name: `${prefix}-clients`,
      caCertificatesBundleS3Bucket: bundle.bucket,
      caCertificatesBundleS3Key: literal(bundle.key),
      ...(bundle.version && { caCertificatesBundleS3ObjectVersion: bundle.version }),
      // Without this, Terraform deletes it before the listener lets go of it, which AWS refuses.
      lifecycle: { createBeforeDestroy: true },
      tags: { Name: `${prefix}-clients` },
    });
    const ids = namedIds(revocationLists, hyphenated, ["bucket", "ca-bundle", "ca-bundle-asset", "trust-store"]);
    this.revocations = revocationLists.map((path) => {
      const name = ids.get(path)?.id ?? path;
      const list = this.store(`revoked-${name}`, `revoked/${path}`, path);
      return new LbTrustStoreRevocation(this, `revocation-${name}`, {
        trustStoreArn: this.trustStore.arn,
        revocationsS3Bucket: list.bucket,
        revocationsS3Key: literal(list.key),
        revocationsS3ObjectVersion: list.version,
      });
    });
  }

  private addBucket(prefix: string): PrivateBucket {
    return new PrivateBucket(this, "bucket", {
      name: { prefix: `${prefix}-clients-` },
      // Copies of the project's files.
      forceDestroy: true,
      lifecycleRules: [
        {
          id: "expire-replaced-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: 30 }],
        },
      ],
    });
  }

  private store(id: string, key: string, file: string): Stored {
    const { files } = this;
    if (!files) throw new Error(`no bucket for ${file}`);
    const path = projectPath(written(file));
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
    const asset = new TerraformAsset(this, `${id}-asset`, { path, type: AssetType.FILE, assetHash: hash });
    const object = new S3Object(this, id, {
      bucket: files.bucket.id,
      key: literal(key),
      source: `\${path.module}/${literal(asset.path)}`,
      sourceHash: hash,
      contentType: "application/x-pem-file",
      dependsOn: [...files.beforeObjects],
    });
    return { bucket: files.bucket.id, key, version: object.versionId };
  }
}
