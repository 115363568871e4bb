import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CLIENT_OPTIONS } from "../stored-item";

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

export const createClients = (): Clients => ({
  ec2: new EC2Client(CLIENT_OPTIONS),
  elb: new ElasticLoadBalancingV2Client(CLIENT_OPTIONS),
  dynamodb: new DynamoDBClient(CLIENT_OPTIONS),
});
