import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { EcsServiceCapacityProviderStrategy } from "@cdktf/provider-aws/lib/ecs-service";
import type { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";

import { containerName } from "../compute/task";

/** A task that is run on its own, and where. */
export interface RunTarget {
  readonly cluster: EcsCluster;
  readonly taskDefinition: EcsTaskDefinition;
  /** The task's own role and that of its start. */
  readonly roles: readonly IamRole[];
  readonly capacityProviderStrategy: readonly EcsServiceCapacityProviderStrategy[];
  readonly subnetIds: readonly string[];
  readonly securityGroup: SecurityGroup;
}

/** What a command needs to run the task and to follow its log. */
export const runOutput = (target: RunTarget, logGroup: CloudwatchLogGroup) => ({
  clusterArn: target.cluster.arn,
  taskDefinitionArn: target.taskDefinition.arn,
  capacityProvider: target.capacityProviderStrategy[0]?.capacityProvider,
  subnetIds: target.subnetIds,
  securityGroupIds: [target.securityGroup.id],
  logGroupName: logGroup.name,
  logStreamPrefix: "task",
  containerName,
});

export type RunOutput = ReturnType<typeof runOutput>;
