import { DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isWatched } from "../../config/deployment-alarms";
import { applicationTargetGroup, resourcePrefix } from "../../config/derive";
import { applicationContainer } from "../../config/schema/sidecar";
import { type Item, tally, theOnly } from "./check";
import { activeLoadBalancer, loadBalancer } from "./load-balancer";
import { mutualTls } from "./mutual-tls";
import { completeness, newestRevision, runsRevision, settledService } from "./rollout";
import { deployCommand, output, type Target } from "./target";

/** The image, the ECS service that runs it, and the ALB in front of it. */
export function serviceItems(target: Target): Item[] {
  const { clientOptions, environment } = target;
  const prefix = resourcePrefix(environment);
  const deploy = deployCommand(target, "compute");
  const ecs = new ECSClient(clientOptions);
  const elb = new ElasticLoadBalancingV2Client(clientOptions);
  const cluster = () => output(target, "compute", "clusterName");
  const { deployment, image } = environment.application;
  const clients = environment.compute.loadBalancer.mutualTls;
  const service = () =>
    settledService(ecs, {
      cluster: cluster(),
      service: output(target, "compute", "serviceName"),
      watched: isWatched(deployment),
    });
  const imageUri = async () => {
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: (await service()).taskDefinition }),
    );
    const own = taskDefinition?.containerDefinitions?.filter(({ name }) => name === applicationContainer);
    return theOnly(own, "container of the application").image ?? "";
  };

  return [
    {
      item: "the image that tasks run is in ECR, by digest",
      next: deploy,
      async look() {
        const uri = await imageUri();
        if (!image.build) {
          return { good: undefined, saw: `application.image.${image.parameter ? "parameter" : "uri"}: ${uri}` };
        }
        const [, repositoryName, imageDigest] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(uri) ?? [];
        if (!repositoryName) return { good: false, saw: `${uri} names no digest` };
        const { imageDetails } = await new ECRClient(clientOptions).send(
          new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest }] }),
        );
        return { good: imageDetails?.length === 1, saw: `${repositoryName} ${imageDigest}` };
      },
    },
    {
      item: "service runs the revision that was deployed last: no deployment was rolled back",
      next: `see why in the service's events: aws ecs describe-services --cluster ${prefix} --services ${prefix}-app; then correct the image or its options, and ${deploy}`,
      async look() {
        const found = await service();
        const wanted =
          image.ownedBy === "pipeline"
            ? await newestRevision(ecs, found)
            : output(target, "compute", "taskDefinitionArn");
        return runsRevision(found, wanted, image.ownedBy);
      },
    },
    {
      item: "service runs the tasks it should, and its deployment is complete",
      next: `see the service's events: aws ecs describe-services --cluster ${prefix} --services ${prefix}-app`,
      look: async () => completeness(await service()),
    },
    { ...activeLoadBalancer(elb, `${prefix}-alb`, "ALB"), next: deploy },
    ...(clients ? [{ ...mutualTls(elb, prefix, clients), next: deploy }] : []),
    {
      item: "every task is healthy for the ALB",
      next: "see the reason of each target: aws elbv2 describe-target-health",
      async look() {
        const { LoadBalancerArn } = await loadBalancer(elb, `${prefix}-alb`);
        const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
        const name = applicationTargetGroup(environment);
        const own = TargetGroups?.filter(({ TargetGroupName }) => TargetGroupName === name);
        const { TargetGroupArn } = theOnly(own, "target group of the application");
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
