import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { contentType } from "mime-types";
import { projectPath } from "../../config/project";
import { PrivateBucket } from "./private-bucket";

export interface StaticAssetsProps {
  readonly prefix: string;
  /** Folder with the files, relative to the project folder. */
  readonly directory: string;
  readonly kmsKeyArn: string;
  readonly noncurrentVersionDays: number;
  readonly forceDestroy: boolean;
}

/** Private bucket with the files of a folder, each with content type and cache header; what leaves the folder leaves the bucket. */
export class StaticAssets extends Construct {
  readonly bucket: PrivateBucket;
  /** Objects by key. */
  readonly objects: ReadonlyMap<string, S3Object>;

  constructor(scope: Construct, id: string, props: StaticAssetsProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, "bucket", {
      name: { prefix: `${props.prefix}-static-` },
      kmsKeyArn: props.kmsKeyArn,
      forceDestroy: props.forceDestroy,
      lifecycleRules: [
        {
          id: "expire-replaced-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: props.noncurrentVersionDays }],
        },
      ],
    });

    const folder = projectPath(props.directory);
    this.objects = new Map(
      filesOf(folder).map((file) => {
        const key = relative(folder, file).split(sep).join(posix.sep);
        return [key, this.addObject(key, file)];
      }),
    );
  }

  private addObject(key: string, file: string): S3Object {
    const id = key.replace(/[^A-Za-z0-9-]/g, "-");
    const hash = createHash("sha256").update(readFileSync(file)).digest("hex");
    const asset = new TerraformAsset(this, `${id}-asset`, { path: file, type: AssetType.FILE, assetHash: hash });
    return new S3Object(this, id, {
      bucket: this.bucket.bucket.id,
      key,
      source: `\${path.module}/${asset.path}`,
      // Not etag: with SSE-KMS it is no hash of the content.
      sourceHash: hash,
      contentType: contentType(posix.extname(key)) || "application/octet-stream",
      // Pages are asked for again each time; what they refer to may be an hour old.
      cacheControl: key.endsWith(".html") ? "no-cache" : "public, max-age=3600",
      dependsOn: [this.bucket.policy, ...(this.bucket.versioning ? [this.bucket.versioning] : [])],
    });
  }
}

/** All files below a folder, in a fixed order. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
