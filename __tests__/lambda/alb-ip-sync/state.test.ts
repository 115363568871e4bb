import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { createClients, timeBudget } from "../../../lambda/alb-ip-sync/clients";
import { ConcurrentRunError, UnreadableCountersError } from "../../../lambda/alb-ip-sync/ports";
import { readSettings } from "../../../lambda/alb-ip-sync/settings";
import { state } from "../../../lambda/alb-ip-sync/state";

const dynamodb = mockClient(DynamoDBClient);
const counters = new Map([["10.0.0.5", { runs: 2, countedAt: 60_000 }]]);
const text = '{"10.0.0.5":{"runs":2,"countedAt":60000}}';

function store() {
  const settings = readSettings({
    ALB_ARN_SUFFIX: "app/app/1",
    ALB_DNS_NAME: "alb.example",
    ALB_SUBNET_CIDRS: "10.0.0.0/24",
    ALB_SUBNET_IDS: "subnet-1",
    MAPPINGS: '[{"listenerPort":80,"targetGroupArn":"arn:aws:elasticloadbalancing:x:1:targetgroup/a/1"}]',
    STATE_TABLE: "counters",
  });
  return state(createClients(), settings, timeBudget(10_000));
}

beforeAll(() => {
  process.env.AWS_REGION = "eu-west-1";
});
beforeEach(() => dynamodb.reset());

test("counters are read as they were written, consistently", async () => {
  dynamodb.on(GetItemCommand).resolves({ Item: { revision: { S: "r1" }, counters: { S: text } } });
  expect(await store().readCounters()).toEqual({ counters, revision: "r1" });
  expect(dynamodb.commandCalls(GetItemCommand)[0]?.args[0].input).toEqual({
    TableName: "counters",
    Key: { loadBalancer: { S: "app/app/1" } },
    ConsistentRead: true,
  });
});

test("no item means no counters", async () => {
  dynamodb.on(GetItemCommand).resolves({});
  expect(await store().readCounters()).toEqual({ counters: new Map(), revision: undefined });
});

test.each([
  "",
  "{",
  "[]",
  "null",
  "3",
  '{"10.0.0.5":2}',
  '{"10.0.0.5":{"runs":0,"countedAt":1}}',
  '{"10.0.0.5":{"runs":1}}',
])("fails when the counters are %j, with the revision that may be replaced", async (corrupt) => {
  dynamodb.on(GetItemCommand).resolves({ Item: { revision: { S: "r1" }, counters: { S: corrupt } } });
  const error: unknown = await store()
    .readCounters()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnreadableCountersError);
  expect((error as UnreadableCountersError).revision).toBe("r1");
});

test("a write replaces only the revision that was read", async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await store().writeCounters(counters, "r1");
  await store().writeCounters(counters, undefined);
  const [second, first] = dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input);
  expect(second).toMatchObject({
    Item: { loadBalancer: { S: "app/app/1" }, counters: { S: text } },
    ConditionExpression: "revision = :replaced",
    ExpressionAttributeValues: { ":replaced": { S: "r1" } },
  });
  expect(first?.ConditionExpression).toBe("attribute_not_exists(revision)");
  expect(first?.Item?.revision).not.toEqual(second?.Item?.revision);
});

test.each([
  ["ConditionalCheckFailedException", ConcurrentRunError],
  ["InternalServerError", Error],
])("a write that ends in %s rejects with its own kind of error", async (name, kind) => {
  dynamodb.on(PutItemCommand).rejects(Object.assign(new Error(name), { name }));
  const error: unknown = await store()
    .writeCounters(counters, "r1")
    .catch((reason: unknown) => reason);
  expect((error as Error).constructor).toBe(kind);
});
