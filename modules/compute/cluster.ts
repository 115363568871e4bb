import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { Construct } from "constructs";

export interface ClusterProps {
  readonly name: string;
  readonly kmsKeyArn: string;
  readonly logRetentionDays: number;
}

/** ECS cluster with Container Insights; every ECS Exec session is encrypted and logged. */
export class Cluster extends Construct {
  readonly cluster: EcsCluster;
  readonly executeCommandLogGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, { kmsKeyArn, logRetentionDays, name }: ClusterProps) {
    super(scope, id);
    this.executeCommandLogGroup = new CloudwatchLogGroup(this, "execute-command-log-group", {
      name: `/${name}/execute-command`,
      retentionInDays: logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
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
    });
  }
}
