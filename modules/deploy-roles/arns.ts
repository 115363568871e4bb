import { partition, type Region } from "../../config/regions";

/** ARNs of one account in one Region, as policies name them. */
export interface AccountArns {
  /** Of a service in the Region, e.g. `("kms", "key/*")`. */
  readonly regional: (service: string, resource: string) => string;
  readonly iam: (resource: string) => string;
  /** Of a policy that AWS writes, by its path and name. */
  readonly awsManagedPolicy: (name: string) => string;
  /** Buckets have neither account nor Region in their ARNs. */
  readonly s3: (resource: string) => string;
  /** A parameter that AWS publishes: no account. */
  readonly publicParameter: (path: string) => string;
}

export function accountArns(region: Region, accountId: string): AccountArns {
  const aws = partition(region);
  return {
    regional: (service, resource) => `arn:${aws}:${service}:${region}:${accountId}:${resource}`,
    iam: (resource) => `arn:${aws}:iam::${accountId}:${resource}`,
    awsManagedPolicy: (name) => `arn:${aws}:iam::aws:policy/${name}`,
    s3: (resource) => `arn:${aws}:s3:::${resource}`,
    publicParameter: (path) => `arn:${aws}:ssm:${region}::parameter/${path}`,
  };
}
