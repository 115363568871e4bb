import { CloudWatchClient, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AcceptVpcEndpointConnectionsCommand,
  EC2Client,
  paginateDescribeVpcEndpointConnections,
  RejectVpcEndpointConnectionsCommand,
  type UnsuccessfulItem,
} from "@aws-sdk/client-ec2";
import { CLIENT_OPTIONS, storedItem } from "../stored-item";
import type { Grants } from "./decide";
import type { Ports } from "./ports";
import { type Settings, STATE_TABLE_KEY } from "./settings";

export interface Clients {
  readonly cloudWatch: CloudWatchClient;
  readonly ec2: EC2Client;
  readonly dynamodb: DynamoDBClient;
}

export const createClients = (): Clients => ({
  cloudWatch: new CloudWatchClient(CLIENT_OPTIONS),
  ec2: new EC2Client(CLIENT_OPTIONS),
  dynamodb: new DynamoDBClient(CLIENT_OPTIONS),
});

/** The world as AWS gives it. */
export function world({ cloudWatch, dynamodb, ec2 }: Clients, settings: Settings): Ports {
  const { serviceId } = settings;
  return {
    async connections() {
      const found = [];
      const Filters = [{ Name: "service-id", Values: [serviceId] }];
      for await (const page of paginateDescribeVpcEndpointConnections({ client: ec2 }, { Filters })) {
        found.push(...(page.VpcEndpointConnections ?? []));
      }
      return found.flatMap(({ CreationTimestamp, VpcEndpointId, VpcEndpointOwner, VpcEndpointState }) =>
        VpcEndpointId === undefined || VpcEndpointOwner === undefined
          ? []
          : {
              endpointId: VpcEndpointId,
              owner: VpcEndpointOwner,
              state: withSmallLetter(VpcEndpointState),
              createdAt: CreationTimestamp?.getTime() ?? 0,
            },
      );
    },
    async accept(endpointIds) {
      const input = { ServiceId: serviceId, VpcEndpointIds: [...endpointIds] };
      return inWords((await ec2.send(new AcceptVpcEndpointConnectionsCommand(input))).Unsuccessful);
    },
    async reject(endpointIds) {
      const input = { ServiceId: serviceId, VpcEndpointIds: [...endpointIds] };
      return inWords((await ec2.send(new RejectVpcEndpointConnectionsCommand(input))).Unsuccessful);
    },
    ...grantsIn(dynamodb, settings),
    resets: (endpointIds) => resetsOf(cloudWatch, serviceId, endpointIds),
    now: Date.now,
  };
}

/** AWS writes some states with and some without a capital letter. A connection of unknown state takes a place. */
const withSmallLetter = (state: string = "unknown"): string => `${state.charAt(0).toLowerCase()}${state.slice(1)}`;

const inWords = (refused: readonly UnsuccessfulItem[] = []): string[] =>
  refused.map(({ Error: error, ResourceId }) => `${ResourceId}: ${error?.Code}: ${error?.Message}`);

/** Keeps the grants in one item of the table, as JSON. */
function grantsIn(
  dynamodb: DynamoDBClient,
  { serviceId, stateTable: table }: Settings,
): Pick<Ports, "readGrants" | "writeGrants"> {
  const item = storedItem(dynamodb, { table, key: { name: STATE_TABLE_KEY, value: serviceId }, attribute: "grants" });
  return {
    async readGrants() {
      const { content = "{}", revision } = await item.read();
      // Not readable: a grant that is forgotten could be given twice, so that this fails.
      return { grants: JSON.parse(content) as Grants, revision };
    },
    async writeGrants(grants, replaced) {
      await item.write(JSON.stringify(grants), replaced);
    },
  };
}

const MINUTE = 60_000;

/** Metrics in one request. Source: Amazon CloudWatch API Reference, "GetMetricData". */
const MOST_QUERIES = 500;

/** The newest minute is left out, since its data point may be still to come. */
async function resetsOf(
  client: CloudWatchClient,
  serviceId: string,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const end = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;
  const period = { StartTime: new Date(end - 5 * MINUTE), EndTime: new Date(end) };
  const resets = new Map<string, number>();
  for (let first = 0; first < endpointIds.length; first += MOST_QUERIES) {
    const some = endpointIds.slice(first, first + MOST_QUERIES);
    const MetricDataQueries = some.map((endpointId, index) => {
      const Dimensions = [
        { Name: "Service Id", Value: serviceId },
        { Name: "VPC Endpoint Id", Value: endpointId },
      ];
      const Metric = { Namespace: "AWS/PrivateLinkServices", MetricName: "RstPacketsSent", Dimensions };
      return { Id: `m${index}`, MetricStat: { Metric, Period: 60, Stat: "Sum" } };
    });
    for await (const page of paginateGetMetricData({ client }, { MetricDataQueries, ...period })) {
      for (const { Id = "", Values = [] } of page.MetricDataResults ?? []) {
        const endpointId = some[Number(Id.slice(1))] ?? Id;
        resets.set(
          endpointId,
          Values.reduce((sum, value) => sum + value, resets.get(endpointId) ?? 0),
        );
      }
    }
  }
  return resets;
}
