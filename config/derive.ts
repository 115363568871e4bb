import ipaddr from "ipaddr.js";
import { databaseEngine } from "./database-engine";
import { grantedServices } from "./grants";
import type { Region } from "./regions";
import type { Consumer, Environment } from "./schema";
import type { ClientCertificates } from "./schema/mutual-tls";
import { applicationContainer } from "./schema/sidecar";
import type { TargetOptions } from "./schema/target";
import type { usableParts } from "./schema/workloads";
import { type TaskOptions, taskOwners } from "./tasks";

/** Other Regions than the environment's own from which consumers may connect. */
export const furtherRegions = ({ supportedRegions }: Environment["privatelink"]): readonly Region[] =>
  supportedRegions ?? [];

/** First part of every resource name, e.g. `private-app-dev`. */
export const resourcePrefix = (environment: Environment): string => `${environment.project}-${environment.name}`;

/** Port, protocol and ALB side of each NLB listener, defaults resolved. */
export interface ServiceListener {
  /** TCP port that consumers connect to. */
  readonly port: number;
  /** Port of the ALB listener it leads to. */
  readonly albListenerPort: number;
  /** Protocol that the ALB listener speaks. */
  readonly albProtocol: "HTTP" | "HTTPS";
  /** Where the NLB ends TLS itself. */
  readonly certificateArn?: string;
}

/**
 * Listeners of the NLB: those configured, else one per ALB listener on the same port.
 * A listener that leads to no ALB listener is left out here and refused by the rules.
 */
export function serviceListeners(environment: Environment): ServiceListener[] {
  const albListeners = environment.compute.loadBalancer.listeners;
  const configured: Environment["privatelink"]["listeners"] = environment.privatelink.listeners;
  const wanted =
    configured.length > 0 ? configured : albListeners.map(({ port }): (typeof configured)[number] => ({ port }));
  return wanted.flatMap(({ port, albListenerPort = port, certificateArn }) => {
    const target = albListeners.find((listener) => listener.port === albListenerPort);
    if (!target) return [];
    const albProtocol = target.certificateArn ? "HTTPS" : "HTTP";
    return [
      { port, albListenerPort, albProtocol, ...(certificateArn ? { certificateArn } : {}) } satisfies ServiceListener,
    ];
  });
}

/** How the ALB treats certificates of clients; undefined where it asks for none. */
export const clientCertificates = ({ compute }: Pick<Environment, "compute">): ClientCertificates | undefined => {
  const mode = compute.loadBalancer.mutualTls?.mode;
  return mode === "off" ? undefined : mode;
};

/** PrivateLink ends connections that are silent for so long. Source: AWS PrivateLink Guide, "Access AWS services through AWS PrivateLink". */
export const PRIVATELINK_IDLE_SECONDS = 350;

/** Seconds without data after which a consumer's connection ends: the shortest of PrivateLink, NLB and ALB. */
export const idleSeconds = ({ compute, privatelink }: Pick<Environment, "compute" | "privatelink">): number =>
  Math.min(PRIVATELINK_IDLE_SECONDS, privatelink.tcpIdleTimeoutSeconds, compute.loadBalancer.idleTimeoutSeconds);

/** Whether the CAs of clients, or lists of revoked certificates, are stored in a bucket of the environment's own. */
export const storesClientCas = ({ compute }: Environment): boolean => {
  const { mutualTls } = compute.loadBalancer;
  return mutualTls?.mode === "verify" && (mutualTls.caBundle !== undefined || mutualTls.revocationLists.length > 0);
};

/** Parts of the data that an environment has of its own, uses of others, or does without. */
export type DataPart = (typeof usableParts)[number];

/** Whether the environment creates a part of the data. */
export const creates = ({ data }: Pick<Environment, "data">, part: DataPart): boolean => data[part].use === "create";

/** Whether the environment creates an Aurora cluster. */
export const createsAurora = ({ data }: Pick<Environment, "data">): boolean =>
  creates({ data }, "database") && databaseEngine(data.database).isAurora;

/** Whether the environment creates an instance of RDS. */
export const createsInstance = ({ data }: Pick<Environment, "data">): boolean =>
  creates({ data }, "database") && !databaseEngine(data.database).isAurora;

/** Whether the application has a part of the data, created or existing. */
export const uses = ({ data }: Pick<Environment, "data">, part: DataPart): boolean => data[part].use !== "none";

/** Whether AWS Backup keeps recovery points: of what the environment creates. */
export const hasBackup = ({ data }: Pick<Environment, "data">): boolean =>
  data.backup.enabled && (creates({ data }, "fileSystem") || creates({ data }, "staticAssets"));

/** Environments that use the same existing VPC as one of them, itself included; it alone where its VPC is created. */
export const sharingTheVpc = (environments: readonly Environment[], environment: Environment): Environment[] => {
  const vpcId = environment.network.existing?.vpcId;
  if (vpcId === undefined) return [environment];
  return environments.filter(({ network }) => network.existing?.vpcId === vpcId);
};

/** Security groups of data that exists, to which an environment adds rules. */
export const existingSecurityGroups = ({ data }: Environment): string[] =>
  [data.database, data.fileSystem].flatMap(({ existing, use }) =>
    use === "existing" && existing ? [existing.securityGroupId] : [],
  );

/** What the VPC has before the environment comes: empty for one that is created. */
const provided = ({ network }: Environment): readonly string[] => network.existing?.provides ?? [];

/** Whether private subnets reach the internet by NAT: the environment's own, or what an existing VPC provides. */
export const hasNat = ({ network }: Environment): boolean =>
  network.existing ? network.existing.provides.includes("nat") : network.natGateways !== "none";

/** Number of Availability Zones of the environment. */
export const zoneCount = ({ network }: Environment): number =>
  network.existing
    ? (network.existing.privateSubnets.ids ?? network.availabilityZoneIds ?? []).length
    : network.availabilityZoneCount;

/** Number of NAT gateways that are created; none in an existing VPC. */
export const natGatewayCount = ({ network }: Environment): number =>
  network.existing ? 0 : { none: 0, single: 1, perAz: network.availabilityZoneCount }[network.natGateways];

/** Whether the VPC's flows are recorded; those of an existing VPC are others' also. */
export const recordsFlowLogs = ({ network }: Environment): boolean => network.flowLogs.enabled ?? !network.existing;

/** Interface endpoints that an existing VPC provides: last parts of the service names, sorted. */
export const providedInterfaceEndpoints = (environment: Environment): string[] =>
  provided(environment)
    .filter((name) => !["nat", "s3", "dynamodb"].includes(name))
    .sort();

/** Gateway endpoints that are created: those that are needed and not provided. */
export const gatewayEndpoints = (environment: Environment): ("s3" | "dynamodb")[] =>
  (["s3", ...(needsDynamodbEndpoint(environment) ? (["dynamodb"] as const) : [])] as const).filter(
    (name) => !provided(environment).includes(name),
  );

/** Interface endpoints that are created: those that are needed and not provided, sorted. */
export const interfaceEndpoints = (environment: Environment): string[] =>
  neededInterfaceEndpoints(environment).filter((name) => !provided(environment).includes(name));

/**
 * Interface endpoints that the chosen features need: last parts of the service names, sorted.
 * With NAT, AWS APIs are reached through it and only the configured extra endpoints are needed.
 * Source: Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints (AWS PrivateLink)".
 */
export function neededInterfaceEndpoints(environment: Environment): string[] {
  const { application, compute, network } = environment;
  const needed = new Set(network.additionalInterfaceEndpoints);
  if (!hasNat(environment)) {
    for (const service of ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms"]) needed.add(service);
    if (hasInstances(compute)) for (const service of ["ecs", "ecs-agent", "ecs-telemetry", "ssm"]) needed.add(service);
    // Session Manager is the only way onto an instance. SSM Agent needs no ec2messages since version 3.3.40, and that
    // endpoint does not exist in every Region. Source: AWS Systems Manager User Guide, "Reference: ec2messages,
    // ssmmessages, and other API operations".
    if (hasInstances(compute) || application.executeCommand) needed.add("ssmmessages");
    if (Object.keys(environment.workers).length > 0) needed.add("sqs");
    if (syncsInsideVpcWithoutNat(environment)) {
      needed.add("elasticloadbalancing");
      needed.add("ec2");
    }
    for (const { options } of taskOwners(environment)) {
      if (readsParameters(options)) needed.add("ssm");
      for (const service of grantedServices(options.permissions)) {
        if (service !== "s3" && service !== "dynamodb") needed.add(service);
      }
    }
  }
  return [...needed].sort();
}

/**
 * Whether Terraform refuses every plan that would delete or replace what holds data: in production, unless the file says
 * why it may be deleted.
 */
export const preventDestroy = ({ acknowledge, stage }: Environment): boolean =>
  stage === "production" && acknowledge.unprotectedDeletion === undefined;

/** Whether there are container instances: tasks run on them, or did until they moved to Fargate. */
export const hasInstances = ({ fargate, launchType }: Environment["compute"]): boolean =>
  launchType === "EC2" || fargate.keepInstances;

/** Whether the sync Lambda runs in the VPC without NAT. */
const syncsInsideVpcWithoutNat = (environment: Environment): boolean =>
  !hasNat(environment) && environment.privatelink.albTargetMode === "ip-sync" && environment.privatelink.sync.insideVpc;

/** Whether DynamoDB is reached through a gateway endpoint: by the sync Lambda, or by tasks that may use a table. */
export const needsDynamodbEndpoint = (environment: Environment): boolean =>
  syncsInsideVpcWithoutNat(environment) ||
  (!hasNat(environment) &&
    taskOwners(environment).some(({ options }) => grantedServices(options.permissions).includes("dynamodb")));

/** Three letters for what of a target group can't be changed beside its port. */
export const targetKind = ({ protocol, tls }: TargetOptions): string =>
  ({ HTTP1: tls ? "tls" : "app", HTTP2: tls ? "h2s" : "h2c", GRPC: tls ? "rps" : "rpc" })[protocol];

/**
 * Name of the application's target group. Port and protocol in it let a new group be created before the listener lets go of
 * the old one.
 */
export const applicationTargetGroup = (environment: Environment): string =>
  `${resourcePrefix(environment)}-${targetKind(environment.application.route)}-${routedTo(environment.application).port}`;

/** Container and port that requests go to in a task of the application. */
export const routedTo = ({ containerPort, route }: Environment["application"]) =>
  route.to ?? { container: applicationContainer, port: containerPort };

/**
 * Address of an image that is built elsewhere, as far as the file knows it: a parameter's is its repository alone.
 * Undefined where the image is built here, or is another workload's.
 */
export const imageAddress = ({
  parameter,
  uri,
}: Pick<Environment["application"]["image"], "parameter" | "uri">): string | undefined => uri ?? parameter?.repository;

/** Secrets of a task's own container and of its sidecars. */
export const allSecrets = ({ secrets, sidecars }: Pick<TaskOptions, "secrets" | "sidecars">) =>
  [secrets, ...Object.values(sidecars).map((sidecar) => sidecar.secrets)].flatMap((each) => Object.values(each));

/** Whether a secret of a task is an SSM parameter. */
export const readsParameters = (options: Pick<TaskOptions, "secrets" | "sidecars">): boolean =>
  allSecrets(options).some(({ parameter }) => parameter !== undefined);

/** CIDR blocks of one zone's subnets. */
export interface SubnetBlocks {
  readonly public: string;
  readonly private: string;
  readonly isolated: string;
}

type Kind = keyof SubnetBlocks;

/** First and last address of an IPv4 block as numbers, both included. */
export function addressRange(cidr: string): { first: number; last: number } {
  const [address, length] = ipaddr.IPv4.parseCIDR(cidr);
  const first = address.toByteArray().reduce((value, byte) => value * 256 + byte, 0);
  return { first, last: first + 2 ** (32 - length) - 1 };
}

/** The IPv4 address of a number. */
export const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

/**
 * Lays the subnets into a VPC block: the largest first, so that every block is aligned and none is wasted.
 * Each kind has room for three zones, whatever `zones` is, so that adding a zone moves no subnet.
 *
 * @returns one entry per zone, or undefined where the VPC's block is too small.
 */
export function subnetBlocks(
  cidr: string,
  zones: number,
  prefixLengths: Record<Kind, number>,
): SubnetBlocks[] | undefined {
  const { first, last } = addressRange(cidr);
  const kinds: Kind[] = ["private", "public", "isolated"];
  kinds.sort((a, b) => prefixLengths[a] - prefixLengths[b]);
  let next = first;
  const blocks: Record<Kind, string[]> = { private: [], public: [], isolated: [] };
  for (const kind of kinds) {
    const length = prefixLengths[kind];
    for (let zone = 0; zone < 3; zone++) {
      blocks[kind].push(`${toAddress(next)}/${length}`);
      next += 2 ** (32 - length);
    }
  }
  if (next - 1 > last) return undefined;
  return Array.from({ length: zones }, (_, zone) => ({
    public: blocks.public[zone] as string,
    private: blocks.private[zone] as string,
    isolated: blocks.isolated[zone] as string,
  }));
}

/** Subnet blocks of a VPC that is created; undefined where they do not fit. */
export function environmentSubnets({ network }: Environment): SubnetBlocks[] | undefined {
  if (network.cidr === undefined) return undefined;
  return subnetBlocks(network.cidr, network.availabilityZoneCount, {
    public: network.subnets.publicPrefixLength,
    private: network.subnets.privatePrefixLength,
    isolated: network.subnets.isolatedPrefixLength,
  });
}

/** Bucket of the s3 backend; undefined where neither a name nor an account is given. */
export function stateBucket(owner: Environment | Consumer): string | undefined {
  if (owner.backend.s3.bucket) return owner.backend.s3.bucket;
  if (!owner.accountId) return undefined;
  return "project" in owner
    ? `${resourcePrefix(owner)}-tfstate-${owner.accountId}`
    : `consumer-${owner.name}-tfstate-${owner.accountId}`;
}
