import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListContainerInstancesCommand,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { hasInstances, resourcePrefix } from "../../config/derive";
import { type Item, tally, theOnly } from "./check";
import { activeLoadBalancer, loadBalancer } from "./load-balancer";
import { output, type Target } from "./target";

/** Image, cluster, capacity, service and ALB. */
export function computeItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const prefix = resourcePrefix(environment);
  const stack = `compute-${environment.name}`;
  const ecs = new ECSClient(clientOptions);
  const elb = new ElasticLoadBalancingV2Client(clientOptions);
  const cluster = () => output(target, stack, "clusterName");
  const service = async () => {
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: cluster(), services: [output(target, stack, "serviceName")] }),
    );
    return theOnly(services, "ECS service");
  };
  const imageUri = async () => {
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: (await service()).taskDefinition }),
    );
    return theOnly(taskDefinition?.containerDefinitions, "container").image ?? "";
  };

  return [
    {
      item: "the image that tasks run is in ECR, by digest",
      next: `npx cdktf deploy ${stack}`,
      async look() {
        const uri = await imageUri();
        if (!environment.application.image.build) return { good: undefined, saw: `application.image.uri: ${uri}` };
        const [, repositoryName, imageDigest] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(uri) ?? [];
        if (!repositoryName) return { good: false, saw: `${uri} names no digest` };
        const { imageDetails } = await new ECRClient(clientOptions).send(
          new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] }),
        );
        return { good: imageDetails?.length === 1, saw: `${repositoryName} ${imageDigest}` };
      },
    },
    {
      item: "every instance is registered with the cluster",
      next: "see /var/log/ecs/ecs-agent.log on the instance by Session Manager; npm run paths shows its way to ECS",
      async look() {
        if (!hasInstances(environment.compute)) return { good: undefined, saw: "launch type FARGATE" };
        const { AutoScalingGroups } = await new AutoScalingClient(clientOptions).send(
          new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [`${prefix}-instances`] }),
        );
        const instances = (theOnly(AutoScalingGroups, "Auto Scaling group").Instances ?? [])
          .filter(({ LifecycleState }) => LifecycleState === "InService")
          .map(({ InstanceId = "" }) => InstanceId);
        const { containerInstanceArns = [] } = await ecs.send(
          new ListContainerInstancesCommand({ cluster: cluster() }),
        );
        if (containerInstanceArns.length === 0) return { good: false, saw: `0 of ${instances.length}` };
        const { containerInstances = [] } = await ecs.send(
          new DescribeContainerInstancesCommand({ cluster: cluster(), containerInstances: containerInstanceArns }),
        );
        const joined = containerInstances
          .filter(({ agentConnected, status }) => agentConnected && status === "ACTIVE")
          .map(({ ec2InstanceId }) => ec2InstanceId);
        const found = tally(
          instances,
          (id) => joined.includes(id),
          (id) => id,
        );
        return { ...found, good: found.good && instances.length >= environment.compute.ec2.minimumInstances };
      },
    },
    {
      item: "service runs the tasks it should, and its deployment is complete",
      next: `see the service's events: aws ecs describe-services --cluster ${prefix} --services ${prefix}-app`,
      async look() {
        const { deployments = [], desiredCount, runningCount, status } = await service();
        const rollout = deployments.map(({ rolloutState }) => rolloutState).join(", ");
        return {
          good: status === "ACTIVE" && runningCount === desiredCount && rollout === "COMPLETED",
          saw: `${status}, ${runningCount} of ${desiredCount} tasks run, deployment ${rollout}`,
        };
      },
    },
    { ...activeLoadBalancer(elb, `${prefix}-alb`, "ALB"), next: `npx cdktf deploy ${stack}` },
    {
      item: "every task is healthy for the ALB",
      next: "see the reason of each target: aws elbv2 describe-target-health",
      async look() {
        const { LoadBalancerArn } = await loadBalancer(elb, `${prefix}-alb`);
        const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
        const { TargetGroupArn } = theOnly(TargetGroups, "target group of the ALB");
        const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
        return tally(
          TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== "draining"),
          ({ TargetHealth }) => TargetHealth?.State === "healthy",
          ({ Target, TargetHealth }) => `${Target?.Id} ${TargetHealth?.State} ${TargetHealth?.Reason ?? ""}`.trim(),
        );
      },
    },
  ];
}
