import type { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsService, type EcsServiceCapacityProviderStrategy } from "@cdktf/provider-aws/lib/ecs-service";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import { addScaling, type Scaling } from "./scaling";
import { containerName, type Task } from "./task";

/** What is the same for every service of an environment. */
export interface ServiceSurroundings {
  /** Name of the cluster. */
  readonly prefix: string;
  readonly launchType: Environment["compute"]["launchType"];
  readonly cluster: EcsCluster;
  readonly capacityProviderStrategy: readonly EcsServiceCapacityProviderStrategy[];
  readonly subnetIds: readonly string[];
  /** What tasks need to be placed and to run, until the last of them has stopped. */
  readonly dependsOn: readonly ITerraformDependable[];
}

export interface ServiceProps extends ServiceSurroundings {
  readonly name: string;
  readonly task: Task;
  readonly securityGroup: SecurityGroup;
  readonly tasks: Scaling;
  /** Where requests come from; none for a service that takes none. */
  readonly behind?: {
    readonly loadBalancer: Lb;
    readonly targetGroup: LbTargetGroup;
    /** @default the task's own container, which is not a sidecar */
    readonly container?: string;
    readonly containerPort: number;
    readonly deregistrationDelaySeconds: number;
  };
  /** @default false */
  readonly executeCommand?: boolean;
  /** Who rolls new revisions of the task definition out. @default "terraform" */
  readonly ownedBy?: "pipeline" | "terraform";
  /** Alarms that roll a deployment back. @default none */
  readonly rollbackAlarmNames?: readonly string[];
}

/**
 * Time for the tasks to become steady: the provider's own 20 minutes, and the deregistration delay of four groups of
 * tasks that are replaced one after the other.
 */
function steadyStateTimeouts(deregistrationDelaySeconds: number) {
  const minutes = `${20 + Math.ceil((4 * deregistrationDelaySeconds) / 60)}m`;
  return { create: minutes, update: minutes, delete: minutes };
}

/**
 * A deployment that ECS has rolled back is steady as well, so that the provider reports success.
 * Source: hashicorp/terraform-provider-aws, issues 19519 and 20858.
 */
const runsRevisionOfApply = ({ name, prefix, task }: ServiceProps) => ({
  condition: `\${self.task_definition == ${task.taskDefinition.fqn}.arn}`,
  errorMessage: `ECS has rolled the deployment back: the service does not run the task definition of this apply. See why: aws ecs describe-services --cluster ${prefix} --services ${name}`,
});

/** ECS service, behind a target group or without one: spread over zones, rolls back a deployment that does not become healthy. */
export class Service extends Construct {
  readonly service: EcsService;
  readonly scalingTarget: AppautoscalingTarget;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const {
      behind,
      cluster,
      executeCommand = false,
      name,
      ownedBy = "terraform",
      rollbackAlarmNames = [],
      tasks,
    } = props;
    this.service = new EcsService(this, "service", {
      name,
      cluster: cluster.arn,
      taskDefinition: props.task.taskDefinition.arn,
      desiredCount: tasks.minimum,
      capacityProviderStrategy: [...props.capacityProviderStrategy],
      networkConfiguration: {
        subnets: [...props.subnetIds],
        securityGroups: [props.securityGroup.id],
        assignPublicIp: false,
      },
      ...(behind && {
        loadBalancer: [
          {
            targetGroupArn: behind.targetGroup.arn,
            containerName: behind.container ?? containerName,
            containerPort: behind.containerPort,
          },
        ],
        healthCheckGracePeriodSeconds: 60,
      }),
      availabilityZoneRebalancing: "ENABLED",
      ...(props.launchType === "EC2" && {
        orderedPlacementStrategy: [
          { type: "spread", field: "attribute:ecs.availability-zone" },
          { type: "spread", field: "instanceId" },
        ],
      }),
      // Lets a new capacity provider strategy roll the tasks over instead of replacing the service.
      forceNewDeployment: true,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...(rollbackAlarmNames.length > 0 && {
        alarms: { enable: true, rollback: true, alarmNames: [...rollbackAlarmNames] },
      }),
      waitForSteadyState: true,
      enableExecuteCommand: executeCommand,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // The old tasks drain before a deployment counts as complete, some at a time where instances are few.
      timeouts: steadyStateTimeouts(behind?.deregistrationDelaySeconds ?? 0),
      lifecycle: {
        // Service autoscaling sets the one; the other is a pipeline's where it rolls releases out.
        ignoreChanges: ["desired_count", ...(ownedBy === "pipeline" ? ["task_definition"] : [])],
        ...(ownedBy === "terraform" && { postcondition: [runsRevisionOfApply(props)] }),
      },
      dependsOn: [...props.dependsOn],
    });

    this.scalingTarget = addScaling(this, {
      clusterName: cluster.name,
      serviceName: this.service.name,
      requestLabel: behind && `${behind.loadBalancer.arnSuffix}/${behind.targetGroup.arnSuffix}`,
      tasks,
    });
  }
}
