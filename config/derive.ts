import ipaddr from "ipaddr.js";
import type { Consumer, Environment } from "./schema";

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

/**
 * Interface endpoints that the chosen features need: last parts of the service names, sorted.
 * With NAT, AWS APIs are reached through it and only the configured extra endpoints are made.
 * Source: Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints (AWS PrivateLink)".
 */
export function interfaceEndpoints(environment: Environment): string[] {
  const { application, compute, network } = environment;
  const needed = new Set(network.additionalInterfaceEndpoints);
  if (network.natGateways === "none") {
    for (const service of ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "kms", "sts", "monitoring"]) {
      needed.add(service);
    }
    needed.add("elasticfilesystem");
    if (hasInstances(compute)) for (const service of ["ecs", "ecs-agent", "ecs-telemetry"]) needed.add(service);
    if (application.executeCommand) needed.add("ssmmessages");
    if (needsDynamodbEndpoint(environment)) {
      needed.add("elasticloadbalancing");
      needed.add("ec2");
    }
  }
  return [...needed].sort();
}

/** Whether there are container instances: tasks run on them, or did until they moved to Fargate. */
export const hasInstances = ({ fargate, launchType }: Environment["compute"]): boolean =>
  launchType === "EC2" || fargate.keepInstances;

/** Whether the sync Lambda runs in the VPC without NAT: then it reaches its table through a gateway endpoint. */
export const needsDynamodbEndpoint = ({ network, privatelink }: Environment): boolean =>
  network.natGateways === "none" && privatelink.albTargetMode === "ip-sync" && privatelink.sync.insideVpc;

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

const toAddress = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

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

/** Subnet blocks of an environment's VPC; undefined where they do not fit. */
export function environmentSubnets({ network }: Environment): SubnetBlocks[] | undefined {
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
