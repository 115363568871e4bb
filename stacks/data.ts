import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { resourcePrefix } from "../config/derive";
import type { Environment } from "../config/schema";
import { Backup } from "../modules/data/backup";
import { Database } from "../modules/data/database";
import { DatabaseCredentials } from "../modules/data/database-credentials";
import { EncryptionKey } from "../modules/data/encryption-key";
import { FileSystem } from "../modules/data/file-system";
import { StaticAssets } from "../modules/data/static-assets";
import type { Network } from "../modules/network/network";
import { PatternStack } from "./base";

export interface DataStackProps {
  readonly environment: Environment;
  readonly network: Network;
}

export class DataStack extends PatternStack {
  readonly key: EncryptionKey;
  readonly credentials: DatabaseCredentials;
  readonly database: Database;
  readonly fileSystem: FileSystem;
  readonly staticAssets: StaticAssets;
  /** Only with `data.backup.enabled`. */
  readonly backup?: Backup;

  constructor(scope: Construct, { environment, network }: DataStackProps) {
    super(scope, "data", environment);
    const { data, observability } = environment;
    const prefix = resourcePrefix(environment);
    const vpcId = network.vpc.id;
    const subnetIds = network.isolatedSubnets.map(({ id }) => id);

    this.key = new EncryptionKey(this, "key", { prefix, region: environment.region, ...data.kms });
    const kmsKeyArn = this.key.key.arn;

    this.credentials = new DatabaseCredentials(this, "database-credentials", {
      prefix,
      kmsKeyArn,
      userName: data.database.userName,
      passwordVersion: data.database.passwordVersion,
      recoveryDays: data.secretRecoveryDays,
    });
    this.database = new Database(this, "database", {
      prefix,
      options: data.database,
      vpcId,
      subnetIds,
      kmsKeyArn,
      credentials: this.credentials,
      logRetentionDays: observability.logRetentionDays,
    });
    this.fileSystem = new FileSystem(this, "file-system", {
      prefix,
      options: data.fileSystem,
      vpcId,
      subnetIds,
      kmsKeyArn,
    });
    this.staticAssets = new StaticAssets(this, "static-assets", { prefix, kmsKeyArn, ...data.staticAssets });
    if (data.backup.enabled) {
      this.backup = new Backup(this, "backup", {
        prefix,
        options: data.backup,
        kmsKeyArn,
        fileSystemArn: this.fileSystem.fileSystem.arn,
        bucketArn: this.staticAssets.bucket.bucket.arn,
      });
      new TerraformOutput(this, "backupPlanId", { staticId: true, value: this.backup.plan.id });
    }

    new TerraformOutput(this, "databaseAddress", { staticId: true, value: this.database.instance.address });
    new TerraformOutput(this, "databaseSecretArn", { staticId: true, value: this.credentials.secret.arn });
    new TerraformOutput(this, "fileSystemId", { staticId: true, value: this.fileSystem.fileSystem.id });
    new TerraformOutput(this, "staticAssetsBucket", { staticId: true, value: this.staticAssets.bucket.bucket.id });
  }
}
