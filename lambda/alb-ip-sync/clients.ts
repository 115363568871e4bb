import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";

export interface Clients {
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly dynamodb: DynamoDBClient;
}

/** Signals of one run: reading ends early enough to leave time for acting. */
export interface TimeBudget {
  readonly reading: AbortSignal;
  readonly acting: AbortSignal;
}

/** Splits the time that a run has left, keeping some to report. */
export function timeBudget(remainingMilliseconds: number): TimeBudget {
  const usable = Math.max(1000, remainingMilliseconds - 3000);
  return { reading: AbortSignal.timeout(usable * 0.6), acting: AbortSignal.timeout(usable) };
}

/** Clients with short timeouts; throttling is answered by the SDK's own exponential backoff with jitter. */
export function createClients(): Clients {
  const options = {
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 6000, throwOnRequestTimeout: true },
  };
  return {
    ec2: new EC2Client(options),
    elb: new ElasticLoadBalancingV2Client(options),
    dynamodb: new DynamoDBClient(options),
  };
}
