import { hasInstances } from "../../../config/derive";
import type { Environment } from "../../../config/schema";
import type { AwsService } from "../evaluation/flow";
import type { NetworkInterface } from "../model/network";
import { byRole, type Scope } from "./expectation";

/** An AWS service that some interfaces need. */
export interface NeededService {
  readonly clients: readonly NetworkInterface[];
  readonly to: AwsService;
  /** What it is needed for. */
  readonly purpose: string;
}

/** What the sync Lambda calls. Its logs, and its metrics in them, are taken along by the Lambda service itself. */
export const syncServices: readonly string[] = ["ec2", "elasticloadbalancing", "dynamodb"];

const service = (
  name: string,
  action = `${name.split(".")[0]}:Any`,
  resource = "*",
  ownAccount = true,
): AwsService => ({
  kind: "AWS service",
  service: name,
  call: { action, resource, ownAccount },
});

/**
 * AWS services by who calls them. With launch type EC2 the instance's agents fetch images and secrets and write logs;
 * on Fargate that goes through the task's interface. Source: Amazon ECS Developer Guide, "Amazon ECS interface VPC
 * endpoints (AWS PrivateLink)"; Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)".
 */
export function neededServices(scope: Scope): NeededService[] {
  const { application, compute, network } = scope.environment;
  const tasks = byRole(scope, "task");
  const instances = byRole(scope, "instance");
  const agents = compute.launchType === "EC2" ? instances : [...tasks, ...byRole(scope, "data-load")];
  const own = (name: string) => service(name);
  const from = (clients: readonly NetworkInterface[], purpose: string, ...to: AwsService[]) =>
    to.map((one): NeededService => ({ clients, to: one, purpose }));
  return [
    ...(isFromEcr(scope.environment)
      ? from(agents, "image", own("ecr.api"), own("ecr.dkr"), imageLayers(scope.environment))
      : []),
    ...from(agents, "secrets of a task", own("secretsmanager"), own("kms"), own("ssm")),
    ...from(agents, "logs of a task", own("logs")),
    ...from(tasks, "static assets", service("s3", "s3:GetObject", "arn:aws:s3:::static-assets/file")),
    ...from(tasks, "calls of the application", own("secretsmanager"), own("kms"), own("ssm"), own("logs")),
    ...from(tasks, "calls of the application", own("sts"), own("monitoring"), own("elasticfilesystem")),
    ...from(tasks, "calls of the application", ...network.additionalInterfaceEndpoints.map(own)),
    ...(hasInstances(compute)
      ? from(instances, "ECS control plane", own("ecs"), own("ecs-agent"), own("ecs-telemetry"))
      : []),
    ...(application.executeCommand ? from(tasks, "ECS Exec", own("ssmmessages")) : []),
    ...from(byRole(scope, "sync-lambda"), "sync", ...syncServices.map(own)),
  ];
}

/** Services that must be reached through an endpoint of the VPC, whatever else leads there. */
export const mustBePrivate = ({ network }: Environment, { service: name }: AwsService): boolean =>
  name === "s3" || network.natGateways === "none" || network.additionalInterfaceEndpoints.includes(name);

/** Whether the image comes from an ECR repository of the environment's own Region. */
export function isFromEcr({ application, region }: Environment): boolean {
  const { build, uri } = application.image;
  return build !== undefined || uri?.includes(`.dkr.ecr.${region}.`) === true;
}

/** Downloads of layers are signed by ECR itself. Source: Amazon ECR User Guide, "Create the Amazon S3 gateway endpoint". */
const imageLayers = ({ region }: Environment): AwsService =>
  service("s3", "s3:GetObject", `arn:aws:s3:::prod-${region}-starport-layer-bucket/layer`, false);

/** A way to carry data out: a stranger's bucket with a stranger's credentials. */
export const strangersBucket: AwsService = service("s3", "s3:PutObject", "arn:aws:s3:::strangers-bucket/file", false);
