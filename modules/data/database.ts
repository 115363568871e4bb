import { createHash } from "node:crypto";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import {
  databaseEngine,
  databasePort,
  engineVersion,
  majorVersion,
  parameterGroup,
} from "../../config/database-engine";
import type { Environment } from "../../config/schema";
import { ownPartition } from "../own-account";
import type { DatabaseCredentials } from "./database-credentials";
import { engineParameters } from "./engine-parameters";
import type { DatabasePart } from "./parts";

export interface DatabaseProps {
  readonly prefix: string;
  readonly options: Environment["data"]["database"];
  readonly vpcId: string;
  /** Subnets without a way out of the VPC, one per zone. */
  readonly subnetIds: readonly string[];
  readonly kmsKeyArn: string;
  readonly credentials: DatabaseCredentials;
  readonly logRetentionDays: number;
  /** Let Terraform refuse every plan that would delete or replace the database. @default false */
  readonly preventDestroy?: boolean;
}

/** Storage from which gp3 is striped over four volumes: its baseline is 12,000 IOPS and 500 MiB/s instead of 3,000 and 125. */
const stripedStorageGib = 400;
const stripedBaseline = { iops: 12_000, storageThroughput: 500 };

/**
 * Name of the last snapshot, which must be new: a deletion fails if there is one of that name. So it ends in the suffix
 * that the secret was given when it was created, and in what replaces a database.
 */
function finalSnapshotName(identifier: string, { credentials, options, prefix }: DatabaseProps): string {
  const suffix = Fn.trimprefix(credentials.secret.name, `${prefix}-database-`);
  const replacedBy = createHash("sha256").update(`${options.name} ${options.userName}`).digest("hex").slice(0, 8);
  return `${identifier}-final-${suffix}-${replacedBy}`;
}

/**
 * RDS for PostgreSQL or MySQL in isolated subnets. Its security group has no rules: each client's stack adds its own.
 */
export class Database extends Construct {
  readonly instance: DbInstance;
  readonly subnetGroup: DbSubnetGroup;
  readonly parameterGroup: DbParameterGroup;
  readonly securityGroup: SecurityGroup;
  readonly monitoringRole: IamRole;
  readonly logGroups: readonly CloudwatchLogGroup[];
  readonly engine: DatabasePart["engine"];
  /** Where tasks connect to. */
  readonly port: number;
  readonly databaseName: string;
  private readonly kmsKeyArn: string;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { credentials, kmsKeyArn, options, prefix } = props;
    const identifier = `${prefix}-database`;
    const engine = databaseEngine(options);
    const { description, parameters } = engineParameters[options.engine];
    this.port = databasePort(options);
    this.engine = options.engine;
    this.kmsKeyArn = kmsKeyArn;
    this.databaseName = options.name;

    this.subnetGroup = new DbSubnetGroup(this, "subnet-group", {
      name: identifier,
      description: "Isolated subnets",
      subnetIds: [...props.subnetIds],
    });
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: identifier,
      description: `Database: ${engine.title} from the tasks`,
      vpcId: props.vpcId,
      tags: { Name: identifier },
    });
    this.parameterGroup = new DbParameterGroup(this, "parameter-group", {
      name: `${prefix}-${parameterGroup(options)}`,
      family: `${options.engine}${majorVersion(options)}`,
      description,
      parameter: [...parameters],
      lifecycle: { createBeforeDestroy: true },
    });
    const monitoring = this.addMonitoringRole(prefix);
    this.monitoringRole = monitoring.role;

    // RDS would create these groups itself, without an end to retention.
    this.logGroups = engine.logTypes.map(
      (type) =>
        new CloudwatchLogGroup(this, `${type}-log-group`, {
          name: `/aws/rds/instance/${identifier}/${type}`,
          kmsKeyId: kmsKeyArn,
          retentionInDays: props.logRetentionDays,
        }),
    );

    this.instance = new DbInstance(this, "instance", {
      identifier,
      engine: options.engine,
      engineVersion: engineVersion(options),
      instanceClass: options.instanceClass,
      dbName: options.name,
      port: this.port,
      username: options.userName,
      passwordWo: Token.asString(credentials.storedPassword),
      passwordWoVersion: options.passwordVersion,

      multiAz: options.multiAz,
      dbSubnetGroupName: this.subnetGroup.name,
      vpcSecurityGroupIds: [this.securityGroup.id],
      publiclyAccessible: false,

      storageType: "gp3",
      allocatedStorage: options.allocatedStorageGib,
      maxAllocatedStorage: options.maxAllocatedStorageGib,
      // Without them the provider repeats the 3,000 IOPS of its state when storage crosses this size, which RDS refuses
      // (hashicorp/terraform-provider-aws#28382).
      ...(options.allocatedStorageGib >= stripedStorageGib ? stripedBaseline : {}),
      storageEncrypted: true,
      kmsKeyId: kmsKeyArn,

      parameterGroupName: this.parameterGroup.name,
      iamDatabaseAuthenticationEnabled: true,
      // A minor version that is named is kept: after an automatic upgrade every apply would ask for the way back, which
      // RDS refuses (hashicorp/terraform-provider-aws#39579).
      autoMinorVersionUpgrade: engineVersion(options) === majorVersion(options),
      engineLifecycleSupport: options.engineLifecycleSupport,
      allowMajorVersionUpgrade: options.allowMajorVersionUpgrade,
      // A major upgrade in the maintenance window would come after this apply, which deletes the old version's parameter group.
      applyImmediately: options.applyImmediately || options.allowMajorVersionUpgrade,
      maintenanceWindow: options.maintenanceWindow,
      backupWindow: options.backupWindow,
      backupRetentionPeriod: options.backupRetentionDays,
      copyTagsToSnapshot: true,
      deletionProtection: options.deletionProtection,
      deleteAutomatedBackups: !options.finalSnapshot,
      skipFinalSnapshot: !options.finalSnapshot,
      // Also without final snapshot: where the state lacks it, a destroy fails once final snapshots are switched on.
      finalSnapshotIdentifier: finalSnapshotName(identifier, props),

      enabledCloudwatchLogsExports: [...engine.logTypes],
      monitoringInterval: 60,
      monitoringRoleArn: this.monitoringRole.arn,
      performanceInsightsEnabled: options.performanceInsights,
      ...(options.performanceInsights
        ? { performanceInsightsKmsKeyId: kmsKeyArn, performanceInsightsRetentionPeriod: 7 }
        : {}),
      lifecycle: {
        // RDS decides it when a database is created or restored.
        ignoreChanges: ["engine_lifecycle_support"],
        ...(props.preventDestroy && { preventDestroy: true }),
      },
      // The role has its policy from the first minute to the last.
      dependsOn: [...this.logGroups, monitoring.policy],
    });
  }

  /** What clients need to know. */
  part({ secret, version }: DatabaseCredentials): DatabasePart {
    return {
      address: this.instance.address,
      engine: this.engine,
      port: this.port,
      name: this.databaseName,
      securityGroupId: this.securityGroup.id,
      secretArn: secret.arn,
      secretVersionId: version.versionId,
      secretKeyArn: this.kmsKeyArn,
    };
  }

  /** Source: Amazon RDS User Guide, "Setting up and enabling Enhanced Monitoring". */
  private addMonitoringRole(prefix: string): { role: IamRole; policy: IamRolePolicyAttachment } {
    const trust = new DataAwsIamPolicyDocument(this, "monitoring-trust", {
      statement: [
        {
          actions: ["sts:AssumeRole"],
          principals: [{ type: "Service", identifiers: ["monitoring.rds.amazonaws.com"] }],
        },
      ],
    });
    const role = new IamRole(this, "monitoring-role", {
      name: `${prefix}-database-monitoring`,
      assumeRolePolicy: trust.json,
    });
    const partition = ownPartition(this);
    const policy = new IamRolePolicyAttachment(this, "monitoring-policy", {
      role: role.name,
      policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
    });
    return { role, policy };
  }
}
