import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { mockClient } from "aws-sdk-client-mock";
import { csv, listTable, withCostCentres, withTraffic } from "../../../operations/consumers/listing";
import { periodOf, readTraffic } from "../../../operations/consumers/traffic";

const NOW = new Date("2026-11-20T12:00:00Z");
const cloudWatch = mockClient(CloudWatchClient);
const read = (ids: readonly string[]) =>
  readTraffic(new CloudWatchClient({ region: "eu-central-1" }), "vpce-svc-1", ids, { from: new Date(0), to: NOW });

beforeEach(() => cloudWatch.reset());

describe("period", () => {
  test.each([
    ["24h", "2026-11-19T12:00:00.000Z", "2026-11-20T12:00:00.000Z"],
    ["2026-10", "2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"],
    ["2025-12", "2025-12-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"],
    ["2026-11", "2026-11-01T00:00:00.000Z", "2026-11-20T12:00:00.000Z"],
  ])("%s", (text, from, to) => {
    expect(periodOf(text, NOW)).toEqual({ from: new Date(from), to: new Date(to) });
  });

  test.each(["", "0d", "2026-13", "2026-12", "2025-07", "456d", "last month"])("fails for %p", (text) => {
    expect(periodOf(text, NOW)).toContain("a time span such as 24h or 7d, or a month");
  });
});

describe("traffic", () => {
  test("is the sum of all pages, by endpoint of this service; an endpoint without data points has none", async () => {
    cloudWatch
      .on(GetMetricDataCommand)
      .resolvesOnce({ MetricDataResults: [{ Id: "m0", Values: [1, 2] }], NextToken: "more" })
      .resolvesOnce({
        MetricDataResults: [
          { Id: "m0", Values: [4] },
          { Id: "m2", Values: [5] },
          { Id: "m3", Values: [] },
        ],
      });
    await expect(read(["vpce-1", "vpce-2"])).resolves.toEqual(
      new Map([["vpce-1", { bytes: 7, newConnections: 0, resets: 5 }]]),
    );
    const { MetricDataQueries = [] } = cloudWatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input ?? {};
    expect(MetricDataQueries.map(({ MetricStat }) => MetricStat?.Metric?.MetricName)).toEqual([
      ...["BytesProcessed", "NewConnections", "RstPacketsSent"],
      ...["BytesProcessed", "NewConnections", "RstPacketsSent"],
    ]);
    expect(MetricDataQueries[3]?.MetricStat?.Metric?.Dimensions).toEqual([
      { Name: "Service Id", Value: "vpce-svc-1" },
      { Name: "VPC Endpoint Id", Value: "vpce-2" },
    ]);
  });

  test("of many endpoints is asked for 500 metrics at a time", async () => {
    cloudWatch.on(GetMetricDataCommand).callsFake(({ MetricDataQueries }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id }: { Id: string }) => ({ Id, Values: [1] })),
    }));
    const found = await read(Array.from({ length: 200 }, (_, index) => `vpce-${index}`));
    expect(cloudWatch.calls()).toHaveLength(2);
    expect([found.size, found.get("vpce-199")]).toEqual([200, { bytes: 1, newConnections: 1, resets: 1 }]);
  });
});

const connection = (endpointId: string, consumer: string) => ({
  ...{ endpointId, owner: "444455556666", state: "available", allowed: true, consumers: [consumer] },
});
const traffic = new Map([
  ["vpce-1", { bytes: 300, newConnections: 3, resets: 0 }],
  ["vpce-2", { bytes: 100, newConnections: 1, resets: 2 }],
]);
const connections = [connection("vpce-1", "acme"), connection("vpce-2", "beta"), connection("vpce-3", "gamma")];

test("the list shows each endpoint's traffic, and its part of all bytes and of the amount", () => {
  expect(listTable(withTraffic(connections, traffic, 80), NOW).split("\n")).toEqual([
    "endpoint  owner         consumer  state      age  Region  allowed  bytes  new connections  resets  share   cost",
    "vpce-1    444455556666  acme      available    –       –  yes        300                3       0  75.0 %  60.00",
    "vpce-2    444455556666  beta      available    –       –  yes        100                1       2  25.0 %  20.00",
    "vpce-3    444455556666  gamma     available    –       –  yes          –                –       –  –       –",
  ]);
});

test("shares are those of what has passed: without any byte there is none", () => {
  const silent = new Map([["vpce-1", { bytes: 0, newConnections: 2, resets: 0 }]]);
  expect(withTraffic([connection("vpce-1", "acme")], silent, 80)[0]).not.toHaveProperty("share");
});

test("a spreadsheet gets texts as texts, and cost centres as they are booked", () => {
  const listed = withCostCentres(withTraffic(connections.slice(0, 2), traffic), {
    acme: { costCentre: "4711, Berlin" },
    beta: { costCentre: "=1+1" },
  });
  expect(csv(listed).split("\r\n")).toEqual([
    "consumer,cost centre,owner,endpoint,state,region,created,bytes,new connections,resets,share,cost",
    'acme,"4711, Berlin",444455556666,vpce-1,available,,,300,3,0,0.750000,',
    "beta,'=1+1,444455556666,vpce-2,available,,,100,1,2,0.250000,",
  ]);
});
