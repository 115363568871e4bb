import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { contentType } from "mime-types";
import { projectPath } from "../../config/project";
import { filesBelow } from "../../config/project-files";
import { hyphenated, type NamedId, namedIds } from "../construct-ids";
import { literal, written } from "../literal";
import type { StaticAssetsPart } from "./parts";
import { PrivateBucket } from "./private-bucket";

export interface StaticAssetsProps {
  readonly prefix: string;
  /** Folder with the files, relative to the project folder. */
  readonly directory: string;
  readonly kmsKeyArn: string;
  readonly noncurrentVersionDays: number;
  readonly forceDestroy: boolean;
  /** Let Terraform refuse every plan that would delete or replace the bucket. @default false */
  readonly preventDestroy?: boolean;
}

/** Private bucket with the files of a folder, each with content type and cache header; what leaves the folder leaves the bucket. */
export class StaticAssets extends Construct {
  readonly bucket: PrivateBucket;
  /** Objects by key. */
  readonly objects: ReadonlyMap<string, S3Object>;

  readonly part: StaticAssetsPart;
  private readonly kmsKeyArn: string;

  constructor(scope: Construct, id: string, props: StaticAssetsProps) {
    super(scope, id);
    this.kmsKeyArn = props.kmsKeyArn;
    this.bucket = new PrivateBucket(this, "bucket", {
      name: { prefix: `${props.prefix}-static-` },
      kmsKeyArn: props.kmsKeyArn,
      forceDestroy: props.forceDestroy,
      preventDestroy: props.preventDestroy,
      lifecycleRules: [
        {
          id: "expire-replaced-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: props.noncurrentVersionDays }],
        },
      ],
    });

    const { arn, id: bucketName } = this.bucket.bucket;
    this.part = { bucketName, bucketArn: arn, keyArn: props.kmsKeyArn };

    const { files } = filesBelow(projectPath(written(props.directory)));
    const ids = namedIds(
      files.map(({ key }) => key),
      hyphenated,
      ["bucket"],
    );
    const assetIds = namedIds(
      files.map(({ key }) => key),
      (key) => `${ids.get(key)?.id}-asset`,
      ["bucket", ...[...ids.values()].map(({ id }) => id)],
    );
    const objects = new Map<string, S3Object>();
    this.objects = objects;
    for (const { key, path } of files) {
      const { id, after } = ids.get(key) as NamedId;
      const assetId = (assetIds.get(key) as NamedId).id;
      objects.set(
        key,
        this.addObject(key, path, { id, assetId }, after === undefined ? undefined : objects.get(after)),
      );
    }
  }

  private addObject(
    key: string,
    path: string,
    { assetId, id }: { readonly assetId: string; readonly id: string },
    earlier: S3Object | undefined,
  ): S3Object {
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
    const asset = new TerraformAsset(this, assetId, { path, type: AssetType.FILE, assetHash: hash });
    return new S3Object(this, id, {
      bucket: this.bucket.bucket.id,
      key: literal(key),
      source: `\${path.module}/${literal(asset.path)}`,
      // Not etag: with SSE-KMS it is no hash of the content.
      sourceHash: hash,
      contentType: contentType(posix.extname(key)) || "application/octet-stream",
      // Also asked for, so that a plan shows a file that is stored without the key.
      serverSideEncryption: "aws:kms",
      kmsKeyId: this.kmsKeyArn,
      // Pages are asked for again each time; what they refer to may be an hour old.
      cacheControl: key.endsWith(".html") ? "no-cache" : "public, max-age=3600",
      dependsOn: [...this.bucket.beforeObjects, ...(earlier ? [earlier] : [])],
    });
  }
}
