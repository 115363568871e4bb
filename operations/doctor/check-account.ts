import {
  DescribeAccountAttributesCommand,
  DescribeAddressesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { natGatewayCount, resourcePrefix, stateBucket } from "../../config/derive";
import type { Environment } from "../../config/schema";
import type { ClientOptions } from "../verify/target";
import type { Finding } from "./finding";

/** How long AWS has to answer, in ms: a machine without network is told soon. */
const TIMEOUT_MS = 8_000;

/** AWS keeps at least this many for functions without a reservation. Source: AWS Lambda Developer Guide, "Reserved concurrency" */
const UNRESERVED_CONCURRENCY = 100;

/** VPCs per Region that a new account may have. Source: Amazon VPC User Guide, "Amazon VPC quotas" */
const DEFAULT_VPCS = 5;

/** Credentials against the configuration, then the state bucket and the quotas that the configuration needs. */
export async function checkAccount(environment: Environment, clientOptions: ClientOptions): Promise<Finding[]> {
  const { Account, failure } = await identity(clientOptions);
  const credentials = {
    thing: "AWS credentials",
    for: "deploy, verify, status, logs: everything that touches an account",
  };
  if (Account === undefined) {
    const get = "aws configure sso, or set AWS_PROFILE or AWS_ACCESS_KEY_ID; npm start needs none";
    return [{ ...credentials, status: "not available", saw: failure ?? "none", get }];
  }
  const { accountId, name } = environment;
  if (accountId !== undefined && accountId !== Account) {
    const get = `use credentials of ${accountId}, or change accountId in config/environments/${name}.yaml`;
    return [{ ...credentials, status: "missing", saw: `of account ${Account}, not ${accountId}`, get }];
  }
  const region = otherRegion(environment.region);
  return [
    { ...credentials, status: "found", saw: `of account ${Account}${region}`, get: "" },
    await bucket(environment, clientOptions),
    ...(await Promise.all([
      elasticIps(environment, new EC2Client(clientOptions)),
      vpcs(environment, new EC2Client(clientOptions)),
      concurrency(environment, new LambdaClient(clientOptions)),
    ])),
  ];
}

async function identity(clientOptions: ClientOptions): Promise<{ Account?: string | undefined; failure?: string }> {
  try {
    const client = new STSClient({ ...clientOptions, maxAttempts: 1 });
    const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
    return { Account: (await client.send(new GetCallerIdentityCommand({}), { abortSignal })).Account };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

/** Commands use the Region of the configuration; another in the environment misleads the AWS CLI alone. */
function otherRegion(region: string): string {
  const own = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  return own && own !== region
    ? ` (AWS_REGION is ${own}; the environment is in ${region}, where every command works)`
    : "";
}

async function bucket(environment: Environment, clientOptions: ClientOptions): Promise<Finding> {
  const about = {
    thing: "State bucket",
    for: "deploy, and every command that reads a state",
    get: `npx ecs-privatelink bootstrap --env ${environment.name}`,
  };
  if (environment.backend.type !== "s3") {
    return { ...about, status: "found", saw: `none needed (backend.type is ${environment.backend.type})` };
  }
  const Bucket = stateBucket(environment) ?? "";
  try {
    await new S3Client(clientOptions).send(new HeadBucketCommand({ Bucket }));
    return { ...about, status: "found", saw: Bucket };
  } catch (error) {
    const { name } = error as Error;
    return name === "NotFound"
      ? { ...about, status: "not available", saw: `${Bucket} does not exist yet` }
      : { ...about, status: "missing", saw: `${Bucket}: ${name}`, get: "let the role read the bucket (s3:ListBucket)" };
  }
}

/** A NAT gateway needs an elastic IP address. */
async function elasticIps(environment: Environment, ec2: EC2Client): Promise<Finding> {
  const { name, region } = environment;
  const needed = natGatewayCount(environment);
  const thing = "Quota: elastic IP addresses";
  return quota(thing, `NAT gateways of ${name}`, region, needed, async () => {
    const AttributeNames = ["vpc-max-elastic-ips"];
    // The type of this SDK lists only the first two attributes that AWS ever had.
    const { AccountAttributes = [] } = await ec2.send(
      new DescribeAccountAttributesCommand({ AttributeNames: AttributeNames as never }),
    );
    const limit = Number(AccountAttributes[0]?.AttributeValues?.[0]?.AttributeValue);
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
    return { limit, used: Addresses.length };
  });
}

/** The account's own quota takes a further right to read; the default is what a new account has. */
async function vpcs(environment: Environment, ec2: EC2Client): Promise<Finding> {
  const tag = `${resourcePrefix(environment)}-vpc`;
  const thing = `Quota: VPCs (the default of ${DEFAULT_VPCS})`;
  const needed = environment.network.existing ? 0 : 1;
  return quota(thing, `the VPC of ${environment.name}`, environment.region, needed, async () => {
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const others = Vpcs.filter(({ Tags = [] }) => !Tags.some(({ Key, Value }) => Key === "Name" && Value === tag));
    return { limit: DEFAULT_VPCS, used: others.length };
  });
}

async function concurrency({ privatelink, region }: Environment, lambda: LambdaClient): Promise<Finding> {
  const needed = privatelink.albTargetMode === "ip-sync" && privatelink.sync.reserveConcurrency ? 1 : 0;
  return quota("Quota: Lambda concurrency", "privatelink.sync.reserveConcurrency", region, needed, async () => {
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
    const used = ConcurrentExecutions - UnreservedConcurrentExecutions + UNRESERVED_CONCURRENCY;
    return { limit: ConcurrentExecutions, used };
  });
}

async function quota(
  thing: string,
  purpose: string,
  region: string,
  needed: number,
  read: () => Promise<{ readonly limit: number; readonly used: number }>,
): Promise<Finding> {
  const about = { thing, for: purpose, get: `have the quota raised in Service Quotas (${region}), or free some` };
  if (needed === 0) return { ...about, status: "found", saw: "none needed" };
  try {
    const { limit, used } = await read();
    const saw = `${used} of ${limit} used, ${needed} needed`;
    // What is deployed already is among those used: then nothing more is needed.
    return { ...about, status: used + needed <= limit ? "found" : "not available", saw };
  } catch (error) {
    const { message, name } = error as Error;
    return { ...about, status: "not available", saw: `cannot be read: ${name}: ${message}` };
  }
}
