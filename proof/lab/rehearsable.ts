import { hasNat } from "../../config/derive";
import { ecrRegistry } from "../../config/ecr";
import { named } from "../../config/environment-named";
import { relaxations } from "../../config/protections";
import { fargateRunsTasksOfThisSize } from "../../config/rules/compute";
import type { Configuration, Consumer, Environment } from "../../config/schema";
import { allowedPrincipals, watchedConsumers } from "../../config/service-consumers";
import { packagePath } from "../../lambda/functions";
import { DEFAULT_ACCOUNT } from "./emulator";

/** What this machine can't do for a rehearsal; a missing reason means that it can. */
export interface Limits {
  /** Why no image can be built and pushed. */
  readonly image?: string;
  /** Bases to build the image on, where the engine can't pull the Dockerfile's own. */
  readonly localBases?: LocalBases;
  /** Why Terraform can't zip the Lambda itself. */
  readonly archive?: string;
}

/** Base images made from this machine's own Node.js. */
export interface LocalBases {
  readonly arguments: Readonly<Record<string, string>>;
  readonly cpuArchitecture: Environment["compute"]["cpuArchitecture"];
  /** Why the Dockerfile's own base images are not available. */
  readonly why: string;
}

/** Something of the configuration that the rehearsal had to do in another way. */
export interface Replacement {
  readonly what: string;
  readonly by: string;
  readonly why: string;
}

/** An image that nothing pulls: the emulated ECS runs no container. Without NAT only the Region's own registry is in reach. */
function standInImage(environment: Environment): string {
  const { accountId = DEFAULT_ACCOUNT, region } = environment;
  const registry = hasNat(environment) ? "public.ecr.aws/docker/library" : ecrRegistry(accountId, region);
  return `${registry}/busybox@sha256:${"0".repeat(64)}`;
}

/** An instance type of each architecture. */
const INSTANCE_TYPES = { ARM64: "t4g.small", X86_64: "t3.small" } as const;

/** Where the rehearsal's own packaging of the Lambda goes, relative to the project folder. */
export const PREBUILT_PACKAGE = packagePath("alb-ip-sync");

/**
 * Narrows a configuration to one environment and its consumers, and replaces what this machine can't do or what no
 * emulator can know.
 *
 * @throws Error if there is no such environment or consumer
 */
export function rehearsable(
  { environments, consumers }: Configuration,
  chosen: { readonly environment: string; readonly consumers: readonly string[] },
  limits: Limits,
): { configuration: Configuration; replacements: Replacement[] } {
  const replacements: Replacement[] = [];
  const environment = named("environment", environments, chosen.environment);
  const picked = chosen.consumers.map((name) => named("consumer", consumers, name));
  return {
    configuration: {
      environments: [withinLimits(environment, limits, replacements)],
      consumers: picked.map((consumer) => inEmulator(consumer, environment, replacements)),
    },
    replacements,
  };
}

/**
 * The same environment on the other kind of capacity; on Fargate with a share of Spot, so that both kinds of it are there.
 *
 * @throws Error if Fargate runs no task of the application's size
 */
export function withLaunchType(
  environment: Environment,
  launchType: Environment["compute"]["launchType"],
): Environment {
  const { fargate } = environment.compute;
  const spotSharePercent = fargate.spotSharePercent || 50;
  const changed = {
    ...environment,
    compute: { ...environment.compute, launchType, fargate: { ...fargate, spotSharePercent } },
  };
  const [refused] = [fargateRunsTasksOfThisSize(changed, () => false)].flat();
  if (refused !== undefined) {
    const option = refused.path.join(".");
    throw new Error(
      `${environment.name} can't be rehearsed on ${launchType}: allowed for ${option} ${refused.allowed}`,
    );
  }
  return changed;
}

/** The same environment with everything off that protects it from being destroyed, as a real teardown needs it first. */
export function unprotected(environment: Environment): Environment {
  // In production an Auto Scaling group waits for its instances, which are protected from scaling in.
  const changed: Environment = { ...structuredClone(environment), stage: "development" };
  for (const { path, value } of relaxations) {
    const section = path.slice(0, -1).reduce((node: object, key) => Reflect.get(node, key), changed);
    Reflect.set(section, path.at(-1) as string, value);
  }
  return changed;
}

function withinLimits(environment: Environment, limits: Limits, replacements: Replacement[]): Environment {
  let { application, compute, privatelink } = environment;
  const { build } = application.image;
  if (build !== undefined && limits.image === undefined && limits.localBases !== undefined) {
    const { cpuArchitecture, why } = limits.localBases;
    const by = "base images of this machine's Node.js";
    replacements.push({ what: "application.image.build.arguments", by, why });
    const onLocalBases = { ...build, arguments: { ...build.arguments, ...limits.localBases.arguments } };
    application = { ...application, image: { ...application.image, build: onLocalBases } };
    if (compute.cpuArchitecture !== cpuArchitecture) {
      const instanceType = INSTANCE_TYPES[cpuArchitecture];
      replacements.push({
        what: `compute.cpuArchitecture ${compute.cpuArchitecture}`,
        by: `${cpuArchitecture}, ${instanceType}`,
        why: "that is the architecture of these base images",
      });
      compute = { ...compute, cpuArchitecture, ec2: { ...compute.ec2, instanceType } };
    }
  }
  if (build !== undefined && limits.image !== undefined) {
    replacements.push({ what: "application.image.build", by: "application.image.uri", why: limits.image });
    application = {
      ...application,
      image: { uri: standInImage(environment), ownedBy: "terraform", pullThroughCache: false },
    };
  }
  if (
    privatelink.albTargetMode === "ip-sync" &&
    privatelink.sync.prebuiltPackage === undefined &&
    limits.archive !== undefined
  ) {
    replacements.push({
      what: "Lambda package zipped by Terraform",
      by: `privatelink.sync.prebuiltPackage ${PREBUILT_PACKAGE}`,
      why: limits.archive,
    });
    privatelink = { ...privatelink, sync: { ...privatelink.sync, prebuiltPackage: PREBUILT_PACKAGE } };
  }
  const { consumerConnections } = privatelink;
  if (
    watchedConsumers(privatelink).length > 0 &&
    consumerConnections.prebuiltPackage === undefined &&
    limits.archive !== undefined
  ) {
    const prebuiltPackage = packagePath("consumer-connections");
    replacements.push({
      what: "package of the consumer connections function zipped by Terraform",
      by: `privatelink.consumerConnections.prebuiltPackage ${prebuiltPackage}`,
      why: limits.archive,
    });
    privatelink = { ...privatelink, consumerConnections: { ...consumerConnections, prebuiltPackage } };
  }
  return { ...environment, application, compute, privatelink };
}

function inEmulator(consumer: Consumer, environment: Environment, replacements: Replacement[]): Consumer {
  let { accountId, service, vpc } = consumer;
  if (service.environment !== environment.name) {
    const was = service.name ?? `environment ${service.environment}`;
    replacements.push({
      what: `${consumer.name}: service ${was}`,
      by: `service of environment ${environment.name}`,
      why: "the only one in this rehearsal",
    });
    service = { ports: service.ports, environment: environment.name };
    const letIn = accountLetIn(environment, accountId);
    if (letIn !== accountId) {
      replacements.push({
        what: `${consumer.name}: account ${accountId}`,
        by: `account ${letIn}`,
        why: `${environment.name}'s service lets no other in`,
      });
      accountId = letIn;
    }
  }
  if (vpc.cidr === undefined) {
    replacements.push({
      what: `${consumer.name}: existing VPC`,
      by: "a VPC of its own",
      why: "the emulated account is empty",
    });
    vpc = { cidr: "10.254.0.0/24", availabilityZoneCount: 2 };
  }
  return { ...consumer, ...(accountId === undefined ? {} : { accountId }), service, vpc };
}

/** The account wished for if the service lets it in, else the first account that it names. */
function accountLetIn({ privatelink }: Environment, wish: string | undefined): string | undefined {
  const accounts = allowedPrincipals(privatelink).map((principal) => /^arn:[\w-]+:iam::(\d+):/.exec(principal)?.[1]);
  // Organizations and `*` may hold any account.
  if (accounts.includes(wish) || accounts.includes(undefined)) return wish;
  return accounts[0] ?? wish;
}

export function theEnvironment({ environments: [environment] }: Configuration): Environment {
  if (environment === undefined) throw new Error("a rehearsal needs an environment");
  return environment;
}
