import type { Region } from "./regions";

/** An image repository in Amazon ECR, as an image address names it. */
export interface EcrRepository {
  /** 12-digit account of the registry. */
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** Whether the host is the dual-stack one, `<account>.dkr-ecr.<region>.on.aws`, and not `….amazonaws.com`. */
  readonly dualStack: boolean;
}

/**
 * Host of an account's private registry.
 * Source: Amazon ECR User Guide, "Amazon ECR private registry".
 *
 * @param account 12-digit account, or a Terraform expression for it
 */
export function ecrRegistry(account: string, region: Region): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}

/** Hosts of private registries: IPv4 and dual-stack, each also as a FIPS endpoint. */
const privateImage = new RegExp(
  [
    String.raw`^(?<account>\d{12})\.(?:dkr\.ecr(?:-fips)?|(?<dualStack>dkr-ecr(?:-fips)?))\.(?<region>[a-z0-9-]+)`,
    String.raw`\.(?:amazonaws\.com|on\.aws)/(?<repository>[^:@]+)`,
  ].join(""),
);

/**
 * The private ECR repository that an image address names; undefined for every other registry.
 * Source: Amazon ECR User Guide, "Making requests over IPv6" (hosts of both kinds).
 *
 * @param uri registry/repository:tag or registry/repository@digest
 */
export function parseEcrImage(uri: string): EcrRepository | undefined {
  const { account, dualStack, region, repository } = privateImage.exec(uri)?.groups ?? {};
  if (!account || !region || !repository) return undefined;
  return { account, region, repository, dualStack: dualStack !== undefined };
}
