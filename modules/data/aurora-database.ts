import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import {
  clusterInstances,
  databaseEngine,
  databaseEngines,
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

/**
 * A cluster of Aurora Serverless v2 in isolated subnets: a writer, and readers of which the first has the writer's capacity
 * at any time and takes over from it. Its security group has no rules: each client's stack adds its own.
 */
export class AuroraDatabase extends Construct {
  readonly cluster: RdsCluster;
  /** The first writer first. */
  readonly instances: readonly RdsClusterInstance[];
  readonly subnetGroup: DbSubnetGroup;
  readonly parameterGroup: RdsClusterParameterGroup;
  readonly securityGroup: SecurityGroup;
  readonly monitoringRole: IamRole;
  readonly logGroups: readonly CloudwatchLogGroup[];
  /** Where tasks connect to. */
  readonly port: number;
  private readonly props: DatabaseProps;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { kmsKeyArn, options, prefix } = props;
    const identifier = `${prefix}-database`;
    const engine = databaseEngine(options);
    const { description, parameters } = engineParameters[options.engine];
    this.props = props;
    this.port = databasePort(options);
    this.subnetGroup = addSubnetGroup(this, identifier, props.subnetIds);
    // As of an instance of RDS: another description would replace the group, which other groups name, on the way to Aurora.
    const { title } = databaseEngines[engine.dialect];
    this.securityGroup = addSecurityGroup(this, { identifier, title, vpcId: props.vpcId });
    this.parameterGroup = new RdsClusterParameterGroup(this, "parameter-group", {
      name: `${prefix}-${parameterGroup(options)}`,
      family: `${options.engine}${majorVersion(options)}`,
      description,
      parameter: [...parameters],
      lifecycle: { createBeforeDestroy: true },
    });
    const monitoring = addMonitoringRole(this, prefix);
    this.monitoringRole = monitoring.role;
    this.logGroups = addLogGroups(this, `/aws/rds/cluster/${identifier}`, {
      kmsKeyArn,
      logTypes: engine.logTypes,
      retentionDays: props.logRetentionDays,
    });
    this.cluster = this.addCluster(identifier);
    this.instances = this.addInstances(monitoring.policy);
  }

  private addCluster(identifier: string): RdsCluster {
    const { credentials, kmsKeyArn, options, preventDestroy } = this.props;
    const { maxCapacity, minCapacity, secondsUntilAutoPause } = options.serverless;
    return new RdsCluster(this, "cluster", {
      clusterIdentifier: identifier,
      engine: options.engine,
      engineMode: "provisioned",
      engineVersion: engineVersion(options),
      serverlessv2ScalingConfiguration: { maxCapacity, minCapacity, secondsUntilAutoPause },
      databaseName: options.name,
      port: this.port,
      masterUsername: options.userName,
      masterPasswordWo: Token.asString(credentials.storedPassword),
      masterPasswordWoVersion: options.passwordVersion,

      dbSubnetGroupName: this.subnetGroup.name,
      vpcSecurityGroupIds: [this.securityGroup.id],
      storageEncrypted: true,
      kmsKeyId: kmsKeyArn,

      dbClusterParameterGroupName: this.parameterGroup.name,
      iamDatabaseAuthenticationEnabled: true,
      engineLifecycleSupport: options.engineLifecycleSupport,
      allowMajorVersionUpgrade: options.allowMajorVersionUpgrade,
      // A major upgrade in the maintenance window would come after this apply, which deletes the old version's parameter group.
      applyImmediately: options.applyImmediately || options.allowMajorVersionUpgrade,
      preferredMaintenanceWindow: options.maintenanceWindow,
      preferredBackupWindow: options.backupWindow,
      backupRetentionPeriod: options.backupRetentionDays,
      copyTagsToSnapshot: true,
      deletionProtection: options.deletionProtection,
      deleteAutomatedBackups: !options.finalSnapshot,
      skipFinalSnapshot: !options.finalSnapshot,
      // Also without final snapshot: where the state lacks it, a destroy fails once final snapshots are switched on.
      finalSnapshotIdentifier: finalSnapshotName(identifier, this.props),

      enabledCloudwatchLogsExports: [...databaseEngine(options).logTypes],
      lifecycle: {
        // RDS decides it when a database is created or restored.
        ignoreChanges: ["engine_lifecycle_support"],
        ...(preventDestroy && { preventDestroy: true }),
      },
      dependsOn: [...this.logGroups],
    });
  }

  private addInstances(monitoringPolicy: ITerraformDependable): RdsClusterInstance[] {
    const { kmsKeyArn, options } = this.props;
    return clusterInstances(`${this.props.prefix}-database`, options).map(
      (identifier, index) =>
        new RdsClusterInstance(this, `instance-${index + 1}`, {
          identifier,
          clusterIdentifier: this.cluster.id,
          engine: options.engine,
          instanceClass: "db.serverless",
          // Readers of tier 1 have the capacity of the writer, so that they can take over at once. Source: Amazon Aurora User
          // Guide, "Aurora Serverless v2 and high availability".
          promotionTier: index,
          dbSubnetGroupName: this.subnetGroup.name,
          publiclyAccessible: false,
          // A minor version that is named is kept, as of an instance of RDS.
          autoMinorVersionUpgrade: engineVersion(options) === majorVersion(options),
          applyImmediately: options.applyImmediately,
          preferredMaintenanceWindow: options.maintenanceWindow,
          copyTagsToSnapshot: true,
          monitoringInterval: 60,
          monitoringRoleArn: this.monitoringRole.arn,
          performanceInsightsEnabled: options.performanceInsights,
          ...(options.performanceInsights
            ? { performanceInsightsKmsKeyId: kmsKeyArn, performanceInsightsRetentionPeriod: 7 }
            : {}),
          // The role has its policy from the first minute to the last.
          dependsOn: [monitoringPolicy],
        }),
    );
  }

  /** What clients need to know: the writer's endpoint, whichever instance that is. */
  part({ secret, version }: DatabaseCredentials): DatabasePart {
    const { kmsKeyArn, options } = this.props;
    return {
      address: this.cluster.endpoint,
      engine: databaseEngine(options).dialect,
      port: this.port,
      name: options.name,
      securityGroupId: this.securityGroup.id,
      secretArn: secret.arn,
      secretVersionId: version.versionId,
      secretKeyArn: kmsKeyArn,
    };
  }
}
