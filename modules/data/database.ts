import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import type { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Token } from "cdktf";
import { Construct } from "constructs";
import {
  databaseEngine,
  databasePort,
  engineVersion,
  majorVersion,
  parameterGroup,
} from "../../config/database-engine";
import {
  addLogGroups,
  addMonitoringRole,
  addSecurityGroup,
  addSubnetGroup,
  type DatabaseProps,
  finalSnapshotName,
} from "./created-database";
import type { DatabaseCredentials } from "./database-credentials";
import { engineParameters } from "./engine-parameters";
import type { DatabasePart } from "./parts";

/** Storage from which gp3 is striped over four volumes: its baseline is 12,000 IOPS and 500 MiB/s instead of 3,000 and 125. */
const stripedStorageGib = 400;
const stripedBaseline = { iops: 12_000, storageThroughput: 500 };

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
  readonly dialect: DatabasePart["engine"];
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
    this.dialect = engine.dialect;
    this.kmsKeyArn = kmsKeyArn;
    this.databaseName = options.name;

    this.subnetGroup = addSubnetGroup(this, identifier, props.subnetIds);
    this.securityGroup = addSecurityGroup(this, { identifier, title: engine.title, vpcId: props.vpcId });
    this.parameterGroup = new DbParameterGroup(this, "parameter-group", {
      name: `${prefix}-${parameterGroup(options)}`,
      family: `${options.engine}${majorVersion(options)}`,
      description,
      parameter: [...parameters],
      lifecycle: { createBeforeDestroy: true },
    });
    const monitoring = addMonitoringRole(this, prefix);
    this.monitoringRole = monitoring.role;

    this.logGroups = addLogGroups(this, `/aws/rds/instance/${identifier}`, {
      kmsKeyArn,
      logTypes: engine.logTypes,
      retentionDays: props.logRetentionDays,
    });

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
      engine: this.dialect,
      port: this.port,
      name: this.databaseName,
      securityGroupId: this.securityGroup.id,
      secretArn: secret.arn,
      secretVersionId: version.versionId,
      secretKeyArn: this.kmsKeyArn,
    };
  }
}
