/** How members of the network's private subnets reach AWS services. */
export interface AwsAccess {
  /** Prefix list of the gateway endpoint of S3. */
  readonly s3PrefixListId: string;
  /** The same of DynamoDB; none where nothing needs it, or the VPC has none. */
  readonly dynamodbPrefixListId?: string;
  /** Security group of the environment's own interface endpoints; none where it has none. */
  readonly endpointSecurityGroupId?: string;
  /** Security groups of interface endpoints that an existing VPC provides: a list that only AWS knows. */
  readonly providedEndpointSecurityGroupIds?: readonly string[];
  /** Whether private subnets have a route to the internet by NAT. */
  readonly nat: boolean;
  /** Whether they have one for IPv6, by an egress-only internet gateway. */
  readonly ipv6: boolean;
}

/**
 * The network of an environment in plain values: where it is from, and what it is made of, is the network stack's own
 * affair. Lists have one entry per Availability Zone, all in the same order.
 */
export interface EnvironmentNetwork {
  readonly vpcId: string;
  /** Subnets of load balancers, instances, tasks and endpoints. */
  readonly privateSubnetIds: readonly string[];
  /** IPv4 blocks of the private subnets. */
  readonly privateSubnetCidrs: readonly string[];
  /** Subnets of database and mount targets. */
  readonly isolatedSubnetIds: readonly string[];
  /** Availability Zone IDs; the same place whatever the account calls it. */
  readonly availabilityZoneIds: readonly string[];
  /** Names of the Availability Zones in this account. */
  readonly availabilityZones: readonly string[];
  readonly awsAccess: AwsAccess;
}
