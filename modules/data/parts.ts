import type { DatabaseEngine } from "../../config/database-engine";

/** What clients need to know of the database, created or existing. */
export interface DatabasePart {
  /** What its clients speak. */
  readonly engine: DatabaseEngine["dialect"];
  readonly address: string;
  readonly port: number;
  readonly name: string;
  readonly securityGroupId: string;
  /** Secret with `password`, and with `username` unless there is a `userName`. */
  readonly secretArn: string;
  /** Version that tasks read; a new one is a new task definition, so that a rotated password rolls the service. Default: the current one at start. */
  readonly secretVersionId?: string;
  /** Customer managed key of the secret; none: its reader needs no permission for the key. */
  readonly secretKeyArn?: string;
  readonly userName?: string;
}

/** What clients need to know of the file system, created or existing. */
export interface FileSystemPart {
  readonly id: string;
  readonly arn: string;
  readonly accessPointId: string;
  readonly accessPointArn: string;
  readonly securityGroupId: string;
}

/** What clients need to know of the bucket of static assets, created or existing. */
export interface StaticAssetsPart {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Beginning of the keys that tasks read, with a slash at its end; none: all. */
  readonly prefix?: string;
  /** Customer managed key of the objects; none: S3's own. */
  readonly keyArn?: string;
}
