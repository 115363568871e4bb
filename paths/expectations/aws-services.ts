import { hasInstances, hasNat, imageAddress, readsParameters } from "../../config/derive";
import { parseEcrImage } from "../../config/ecr";
import { grantedServices } from "../../config/grants";
import { partition } from "../../config/regions";
import type { Environment } from "../../config/schema";
import { imageIsFromEcr, launchTypeOf, sendsTo, workloads } from "../../config/workloads";
import type { AwsService } from "../evaluation/flow";
import type { NetworkInterface } from "../model/network";
import { byRole, type Scope, usedBy } from "./expectation";

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
  const others = byRole(scope, "data-load", "job", "worker", "service");
  const agents = agentsOf(scope, [...tasks, ...others]);
  const withSecrets = [...tasks, ...others].filter((each) => usedBy(scope, each).includes("database"));
  const withAssets = [...tasks, ...others].filter((each) => usedBy(scope, each).includes("staticAssets"));
  const fromEcr = images(scope).filter(({ isFromEcr }) => isFromEcr);
  const own = (name: string) => service(name);
  const from = (clients: readonly NetworkInterface[], purpose: string, ...to: AwsService[]) =>
    to.map((one): NeededService => ({ clients, to: one, purpose }));
  return [
    ...from(
      [...new Set(fromEcr.flatMap((image) => image.agents))],
      "image",
      own("ecr.api"),
      own("ecr.dkr"),
      imageLayers(scope.environment),
    ),
    ...from(
      [...new Set(images(scope).flatMap(({ agents, hasCredentials }) => (hasCredentials ? agents : [])))],
      "credentials of a registry",
      own("secretsmanager"),
      own("kms"),
    ),
    ...from(agentsOf(scope, withSecrets), "secrets of a task", own("secretsmanager"), own("kms")),
    ...ownersOf(scope).flatMap(({ options, tasks: each }) => [
      ...(readsParameters(options) ? from(agentsOf(scope, each), "secrets of a task", own("ssm")) : []),
      ...from(each, "permissions of a task", ...grantedServices(options.permissions).map(own)),
    ]),
    ...from(agents, "logs of a task", own("logs")),
    ...from(withAssets, "static assets", service("s3", "s3:GetObject", "arn:aws:s3:::static-assets/file")),
    ...from(tasks, "calls of the application", own("secretsmanager"), own("kms"), own("logs")),
    ...from(tasks, "calls of the application", ...network.additionalInterfaceEndpoints.map(own)),
    ...from(
      byRole(scope, "job", "service", "worker"),
      "calls of a workload",
      own("secretsmanager"),
      own("kms"),
      own("logs"),
      service("s3", "s3:GetObject", "arn:aws:s3:::own/file"),
    ),
    ...from(byRole(scope, "worker"), "queue", own("sqs")),
    ...from(sendersOf(scope), "queues of workers", own("sqs")),
    ...(hasInstances(compute)
      ? [
          ...from(instances, "ECS control plane", own("ecs"), own("ecs-agent"), own("ecs-telemetry")),
          ...from(instances, "Session Manager", own("ssm"), own("ssmmessages")),
        ]
      : []),
    ...from(
      byRole(scope, "instance").filter(({ copiesTags }) => copiesTags),
      "tags of an instance",
      own("ec2"),
    ),
    ...(application.executeCommand ? from(tasks, "ECS Exec", own("ssmmessages")) : []),
    ...from(byRole(scope, "sync-lambda"), "sync", ...syncServices.map(own)),
  ];
}

/** Tasks that send to the queue of a worker. */
const sendersOf = (scope: Scope): NetworkInterface[] =>
  byRole(scope, "task", "job", "service").filter(
    ({ workload = "application" }) => sendsTo(scope.environment, workload).length > 0,
  );

/** Services that must be reached through an endpoint of the VPC, whatever else leads there. */
export const mustBePrivate = (environment: Environment, { service: name }: AwsService): boolean =>
  name === "s3" || !hasNat(environment) || environment.network.additionalInterfaceEndpoints.includes(name);

/** Who pulls a task's image, fetches its secrets and writes its log. */
function agentsOf(scope: Scope, tasks: readonly NetworkInterface[]): readonly NetworkInterface[] {
  const { environment } = scope;
  const isOnFargate = ({ role, workload }: NetworkInterface): boolean => {
    const own = workloads(environment).find(({ kind, name }) => kind === role && name === workload);
    return (own ? launchTypeOf(environment, own) : environment.compute.launchType) === "FARGATE";
  };
  const onFargate = tasks.filter(isOnFargate);
  // Without tasks it is about what runs by default.
  const onInstances = tasks.length === 0 ? environment.compute.launchType === "EC2" : onFargate.length < tasks.length;
  return [...(onInstances ? byRole(scope, "instance") : []), ...onFargate];
}

/** The application and the workloads beside it, each with the interfaces of its tasks. */
const ownersOf = (scope: Scope) => [
  { options: scope.environment.application, tasks: byRole(scope, "task") },
  ...workloads(scope.environment).map(({ kind, name, options }) => ({
    options,
    tasks: byRole(scope, kind).filter(({ workload }) => workload === name),
  })),
];

/** Each image, whether it comes from an ECR repository of the environment's own Region, and who pulls it with what. */
export function images(scope: Scope) {
  const { application, region } = scope.environment;
  const address = imageAddress(application.image);
  return [
    {
      isFromEcr: address === undefined || parseEcrImage(address)?.region === region,
      hasCredentials: application.image.credentialsSecretArn !== undefined,
      agents: agentsOf(scope, byRole(scope, "task", "data-load")),
    },
    ...ownersOf(scope).flatMap(({ options, tasks }) =>
      Object.values(options.sidecars).map(({ credentialsSecretArn, image }) => ({
        isFromEcr: parseEcrImage(image)?.region === region,
        hasCredentials: credentialsSecretArn !== undefined,
        agents: agentsOf(scope, tasks),
      })),
    ),
    ...workloads(scope.environment).map((each) => ({
      isFromEcr: imageIsFromEcr(scope.environment, each),
      hasCredentials: (each.options.image.sameAs ? application : each.options).image.credentialsSecretArn !== undefined,
      agents: agentsOf(
        scope,
        byRole(scope, each.kind).filter(({ workload }) => workload === each.name),
      ),
    })),
  ];
}

/** Downloads of layers are signed by ECR itself. Source: Amazon ECR User Guide, "Create the Amazon S3 gateway endpoint". */
const imageLayers = ({ region }: Environment): AwsService =>
  service("s3", "s3:GetObject", `arn:${partition(region)}:s3:::prod-${region}-starport-layer-bucket/layer`, false);

/** A way to carry data out: a stranger's bucket with a stranger's credentials. */
export const strangersBucket: AwsService = service("s3", "s3:PutObject", "arn:aws:s3:::strangers-bucket/file", false);
