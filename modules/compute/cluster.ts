import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCloudwatchLogGroups } from "@cdktf/provider-aws/lib/data-aws-cloudwatch-log-groups";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { quoted } from "../literal";

export interface ClusterProps {
  readonly name: string;
  readonly kmsKeyArn: string;
  readonly logRetentionDays: number;
}

/**
 * ECS cluster with Container Insights; every ECS Exec session is encrypted and logged. Container Insights writes to a
 * log group of its own, which it would otherwise create itself: without expiry, without this key, and beyond any destroy.
 * Source: CloudWatch User Guide, "Container Insights performance log events for Amazon ECS".
 */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;
  readonly executeCommandLogGroup: CloudwatchLogGroup;
  readonly containerInsightsLogGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, { kmsKeyArn, logRetentionDays, name }: ClusterProps) {
    super(scope, id);
    this.executeCommandLogGroup = new CloudwatchLogGroup(this, "execute-command-log-group", {
      name: `/${name}/execute-command`,
      retentionInDays: logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    this.containerInsightsLogGroup = new CloudwatchLogGroup(this, "container-insights-log-group", {
      name: `/aws/ecs/containerinsights/${name}/performance`,
      retentionInDays: logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    this.adopt(this.containerInsightsLogGroup, `/aws/ecs/containerinsights/${name}/performance`);
    this.cluster = new EcsCluster(this, "cluster", {
      name,
      setting: [{ name: "containerInsights", value: "enabled" }],
      configuration: {
        executeCommandConfiguration: {
          kmsKeyId: kmsKeyArn,
          logging: "OVERRIDE",
          logConfiguration: {
            cloudWatchEncryptionEnabled: true,
            cloudWatchLogGroupName: this.executeCommandLogGroup.name,
          },
        },
      },
      // ECS creates the log group with the first metrics.
      dependsOn: [this.containerInsightsLogGroup],
    });
  }

  /**
   * Imports the log group if it exists: Container Insights has created it where the cluster is older than this resource,
   * and creates it again where its last metrics come after a destroy. A plain `import` block fails where it does not.
   */
  private adopt(group: CloudwatchLogGroup, name: string): void {
    const existing = new DataAwsCloudwatchLogGroups(this, "existing-log-groups", { logGroupNamePrefix: name });
    const names = `data.${existing.terraformResourceType}.${existing.friendlyUniqueId}.log_group_names`;
    TerraformStack.of(this).addOverride("import", [
      {
        for_each: `\${toset([for name in ${names} : name if name == ${quoted(name)}])}`,
        to: `${group.terraformResourceType}.${group.friendlyUniqueId}`,
        id: "${each.value}",
      },
    ]);
  }
}
