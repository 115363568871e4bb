import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { databasePort } from "../config/database-engine";
import { creates, createsAurora, hasBackup, preventDestroy, resourcePrefix } from "../config/derive";
import type { Environment } from "../config/schema";
import { usableParts } from "../config/schema/workloads";
import { AuroraDatabase } from "../modules/data/aurora-database";
import { Backup } from "../modules/data/backup";
import { Database } from "../modules/data/database";
import { DatabaseCredentials } from "../modules/data/database-credentials";
import { EncryptionKey } from "../modules/data/encryption-key";
import { ExistingBucket } from "../modules/data/existing-bucket";
import { ExistingDatabase } from "../modules/data/existing-database";
import { ExistingFileSystem } from "../modules/data/existing-file-system";
import { ExistingKey } from "../modules/data/existing-key";
import { FileSystem, nfsPort } from "../modules/data/file-system";
import type { KeyUsersProps } from "../modules/data/key-users";
import { refuseLeftOverData, refuseLeftOverInstance } from "../modules/data/left-over-data";
import type { DatabasePart, FileSystemPart, StaticAssetsPart } from "../modules/data/parts";
import { StaticAssets } from "../modules/data/static-assets";
import type { EnvironmentNetwork } from "../modules/network/environment-network";
import { PatternStack } from "./base";

export interface DataStackProps {
  readonly environment: Environment;
  readonly network: EnvironmentNetwork;
}

/** What the created parts have in common. */
interface Common {
  readonly prefix: string;
  readonly kmsKeyArn: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly preventDestroy: boolean;
}

export class DataStack extends PatternStack {
  /** The key that is created, or the one that exists. */
  readonly key: EncryptionKey | ExistingKey;
  readonly kmsKeyArn: string;
  /** Only with a database of the environment's own. */
  readonly credentials?: DatabaseCredentials;
  /** Only with an instance of RDS of the environment's own. */
  readonly database?: Database;
  /** Only with an Aurora cluster of the environment's own. */
  readonly aurora?: AuroraDatabase;
  /** Only with a file system of the environment's own. */
  readonly fileSystem?: FileSystem;
  /** Only with a bucket of the environment's own. */
  readonly staticAssets?: StaticAssets;
  /** Only where something of the environment's own is backed up. */
  readonly backup?: Backup;
  /** What the application has of each kind, created or existing; none where it has none. */
  readonly parts: {
    readonly database?: DatabasePart;
    readonly fileSystem?: FileSystemPart;
    readonly staticAssets?: StaticAssetsPart;
  };

  constructor(scope: Construct, { environment, network }: DataStackProps) {
    super(scope, "data", environment);
    const { data, observability } = environment;
    const prefix = resourcePrefix(environment);
    this.key = this.addKey(environment);
    this.kmsKeyArn = this.key.key.arn;
    const kept = { preventDestroy: preventDestroy(environment) };
    const common: Common = {
      prefix,
      kmsKeyArn: this.kmsKeyArn,
      vpcId: network.vpcId,
      subnetIds: network.isolatedSubnetIds,
      ...kept,
    };

    if (creates(environment, "database")) {
      this.credentials = new DatabaseCredentials(this, "database-credentials", {
        prefix,
        kmsKeyArn: this.kmsKeyArn,
        userName: data.database.userName,
        passwordVersion: data.database.passwordVersion,
        recoveryDays: data.secretRecoveryDays,
        ...kept,
      });
      const props = {
        ...common,
        options: data.database,
        credentials: this.credentials,
        logRetentionDays: observability.logRetentionDays,
      };
      if (createsAurora(environment)) this.aurora = new AuroraDatabase(this, "database", props);
      else this.database = new Database(this, "database", props);
    }
    if (creates(environment, "fileSystem")) {
      this.fileSystem = new FileSystem(this, "file-system", { ...common, options: data.fileSystem });
    }
    if (creates(environment, "staticAssets")) {
      this.staticAssets = new StaticAssets(this, "static-assets", {
        prefix,
        kmsKeyArn: this.kmsKeyArn,
        ...data.staticAssets,
        ...kept,
      });
    }
    if (hasBackup(environment)) {
      this.backup = new Backup(this, "backup", {
        prefix,
        options: data.backup,
        kmsKeyArn: this.kmsKeyArn,
        fileSystemArn: this.fileSystem?.fileSystem.arn,
        bucketArn: this.staticAssets?.bucket.bucket.arn,
        ...kept,
      });
    }
    this.parts = this.addParts(environment, network);
    const notCreated = usableParts.filter((part) => !creates(environment, part));
    if (environment.stage === "production" && !environment.acknowledge.dataRemoval) {
      const { project, stack, environment: name } = this.defaultTags;
      const tags = { project, environment: name, stack } as Tags;
      if (notCreated.length > 0) refuseLeftOverData(this, { parts: notCreated, tags });
      if (this.aurora) refuseLeftOverInstance(this, { prefix, tags });
    }
    this.addOutputs();
  }

  private addKey(environment: Environment): EncryptionKey | ExistingKey {
    const { deletionWindowDays, keyArn } = environment.data.kms;
    const keyOf: KeyUsersProps = {
      prefix: resourcePrefix(environment),
      region: environment.region,
      databases: createsAurora(environment) ? "cluster" : "instance",
    };
    if (keyArn === undefined) {
      return new EncryptionKey(this, "key", {
        ...keyOf,
        deletionWindowDays,
        preventDestroy: preventDestroy(environment),
      });
    }
    const existing = new ExistingKey(this, "key", { ...keyOf, keyArn });
    new TerraformOutput(this, "keyPolicyStatements", {
      staticId: true,
      description: "Statements that the policy of the existing key needs",
      value: existing.neededStatements,
    });
    return existing;
  }

  /** Looks up what exists, and says of each part what clients need to know. */
  private addParts(environment: Environment, network: EnvironmentNetwork): DataStack["parts"] {
    const { data, region } = environment;
    const vpcId = environment.network.existing?.vpcId ?? "";
    const subnetIds = network.isolatedSubnetIds;
    const created = this.database ?? this.aurora;
    const existingDatabase =
      data.database.use === "existing"
        ? new ExistingDatabase(this, "existing-database", { options: data.database, vpcId })
        : undefined;
    const existingFileSystem =
      data.fileSystem.use === "existing"
        ? new ExistingFileSystem(this, "existing-file-system", { options: data.fileSystem, vpcId })
        : undefined;
    const existingBucket =
      data.staticAssets.use === "existing"
        ? new ExistingBucket(this, "existing-bucket", { options: data.staticAssets, region })
        : undefined;
    for (const [name, part, port] of [
      ["existingDatabase", existingDatabase?.part, databasePort(data.database)],
      ["existingFileSystem", existingFileSystem?.part, nfsPort],
    ] as const) {
      if (!part) continue;
      new TerraformOutput(this, name, {
        staticId: true,
        description: "Where clients expect it: in these subnets, on this port",
        value: { securityGroupId: part.securityGroupId, port, subnetIds },
      });
    }
    return {
      database: this.credentials ? created?.part(this.credentials) : existingDatabase?.part,
      fileSystem: this.fileSystem?.part ?? existingFileSystem?.part,
      staticAssets: this.staticAssets?.part ?? existingBucket?.part,
    };
  }

  private addOutputs(): void {
    const values = {
      backupPlanId: this.backup?.plan.id,
      databaseAddress: this.parts.database?.address,
      databaseSecretArn: this.parts.database?.secretArn,
      fileSystemId: this.parts.fileSystem?.id,
      staticAssetsBucket: this.parts.staticAssets?.bucketName,
    };
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined) new TerraformOutput(this, name, { staticId: true, value });
    }
  }
}

type Tags = Readonly<Record<string, string>>;
