import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsService, type EcsServiceCapacityProviderStrategy } from "@cdktf/provider-aws/lib/ecs-service";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/schema";
import type { ApplicationLoadBalancer } from "./application-load-balancer";
import { type ApplicationTask, containerName } from "./application-task";

export interface ServiceProps {
  readonly prefix: string;
  readonly application: Environment["application"];
  readonly launchType: Environment["compute"]["launchType"];
  readonly cluster: EcsCluster;
  readonly task: ApplicationTask;
  readonly capacityProviderStrategy: readonly EcsServiceCapacityProviderStrategy[];
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly subnetIds: readonly string[];
  readonly securityGroup: SecurityGroup;
  /** What has to be there before tasks can be placed. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** ECS service behind the ALB's target group: spread over zones, rolls back a deployment that does not become healthy. */
export class Service extends Construct {
  readonly service: EcsService;
  readonly scalingTarget: AppautoscalingTarget;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const { application, cluster, loadBalancer } = props;
    this.service = new EcsService(this, "service", {
      name: `${props.prefix}-app`,
      cluster: cluster.arn,
      taskDefinition: props.task.taskDefinition.arn,
      desiredCount: application.minimumTasks,
      capacityProviderStrategy: [...props.capacityProviderStrategy],
      networkConfiguration: {
        subnets: [...props.subnetIds],
        securityGroups: [props.securityGroup.id],
        assignPublicIp: false,
      },
      loadBalancer: [
        {
          targetGroupArn: loadBalancer.targetGroup.arn,
          containerName,
          containerPort: application.containerPort,
        },
      ],
      healthCheckGracePeriodSeconds: 60,
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
      waitForSteadyState: true,
      enableExecuteCommand: application.executeCommand,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // Service autoscaling sets it.
      lifecycle: { ignoreChanges: ["desired_count"] },
      // ECS refuses a target group that no listener leads to yet.
      dependsOn: [...loadBalancer.listeners.values(), ...props.dependsOn],
    });

    this.scalingTarget = new AppautoscalingTarget(this, "scaling-target", {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${cluster.name}/${this.service.name}`,
      minCapacity: application.minimumTasks,
      maxCapacity: application.maximumTasks,
    });
    new AppautoscalingPolicy(this, "cpu-policy", {
      name: "cpu",
      policyType: "TargetTrackingScaling",
      serviceNamespace: this.scalingTarget.serviceNamespace,
      scalableDimension: this.scalingTarget.scalableDimension,
      resourceId: this.scalingTarget.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: application.targetCpuPercent,
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    });
  }
}
