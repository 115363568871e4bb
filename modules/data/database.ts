import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { DatabaseCredentials } from "./database-credentials";

export interface DatabaseProps {
  readonly prefix: string;
  readonly options: Environment["data"]["database"];
  readonly vpcId: string;
  /** Subnets without a way out of the VPC, one per zone. */
  readonly subnetIds: readonly string[];
  readonly kmsKeyArn: string;
  readonly credentials: DatabaseCredentials;
  readonly logRetentionDays: number;
}

/**
 * RDS for PostgreSQL in isolated subnets. Its security group has no rule: who may connect says so in his own stack.
 */
export class Database extends Construct {
  readonly instance: DbInstance;
  readonly subnetGroup: DbSubnetGroup;
  readonly parameterGroup: DbParameterGroup;
  readonly securityGroup: SecurityGroup;
  readonly monitoringRole: IamRole;
  readonly logGroups: readonly CloudwatchLogGroup[];
  /** Where tasks connect to. */
  readonly port: number;
  readonly databaseName: string;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { credentials, kmsKeyArn, options, prefix } = props;
    const identifier = `${prefix}-database`;
    const majorVersion = options.engineVersion.split(".")[0];
    this.port = options.port;
    this.databaseName = options.name;

    this.subnetGroup = new DbSubnetGroup(this, "subnet-group", {
      name: identifier,
      description: "Isolated subnets",
      subnetIds: [...props.subnetIds],
    });
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: identifier,
      description: "Database: PostgreSQL from the tasks",
      vpcId: props.vpcId,
      tags: { Name: identifier },
    });
    this.parameterGroup = new DbParameterGroup(this, "parameter-group", {
      // The major version in the name lets the next one be created before this one goes.
      name: `${prefix}-postgres${majorVersion}`,
      family: `postgres${majorVersion}`,
      description: "Forces TLS; logs slow statements and connections",
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        { name: "log_min_duration_statement", value: "1000" },
        { name: "log_connections", value: "1" },
        { name: "log_disconnections", value: "1" },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
    this.monitoringRole = this.addMonitoringRole(prefix);

    const logTypes = ["postgresql", "upgrade"];
    // RDS would create these groups itself, without an end to retention.
    this.logGroups = logTypes.map(
      (type) =>
        new CloudwatchLogGroup(this, `${type}-log-group`, {
          name: `/aws/rds/instance/${identifier}/${type}`,
          kmsKeyId: kmsKeyArn,
          retentionInDays: props.logRetentionDays,
        }),
    );

    this.instance = new DbInstance(this, "instance", {
      identifier,
      engine: "postgres",
      engineVersion: options.engineVersion,
      instanceClass: options.instanceClass,
      dbName: options.name,
      port: options.port,
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
      storageEncrypted: true,
      kmsKeyId: kmsKeyArn,

      parameterGroupName: this.parameterGroup.name,
      iamDatabaseAuthenticationEnabled: true,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: options.allowMajorVersionUpgrade,
      // In the maintenance window it would come after this apply, which deletes the old version's parameter group.
      applyImmediately: options.allowMajorVersionUpgrade,
      maintenanceWindow: options.maintenanceWindow,
      backupWindow: options.backupWindow,
      backupRetentionPeriod: options.backupRetentionDays,
      copyTagsToSnapshot: true,
      deletionProtection: options.deletionProtection,
      skipFinalSnapshot: !options.finalSnapshot,
      // A time, since a second final snapshot of the same name would fail; only the first value counts.
      finalSnapshotIdentifier: options.finalSnapshot
        ? `${identifier}-final-\${formatdate("YYYYMMDDhhmmss", timestamp())}`
        : undefined,

      enabledCloudwatchLogsExports: logTypes,
      monitoringInterval: 60,
      monitoringRoleArn: this.monitoringRole.arn,
      performanceInsightsEnabled: options.performanceInsights,
      ...(options.performanceInsights
        ? { performanceInsightsKmsKeyId: kmsKeyArn, performanceInsightsRetentionPeriod: 7 }
        : {}),
      lifecycle: { ignoreChanges: ["final_snapshot_identifier"] },
      dependsOn: [...this.logGroups],
    });
  }

  /** Source: Amazon RDS User Guide, "Setting up and enabling Enhanced Monitoring". */
  private addMonitoringRole(prefix: string): IamRole {
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
    const partition = new DataAwsPartition(this, "partition", {}).partition;
    new IamRolePolicyAttachment(this, "monitoring-policy", {
      role: role.name,
      policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
    });
    return role;
  }
}
