import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { createClients, timeBudget } from "../../../lambda/alb-ip-sync/clients";
import { UnreadableHistoryError } from "../../../lambda/alb-ip-sync/ports";
import { readSettings } from "../../../lambda/alb-ip-sync/settings";
import { state } from "../../../lambda/alb-ip-sync/state";
import { ConcurrentRunError } from "../../../lambda/stored-item";
import { withVariables } from "../../variables";

const dynamodb = mockClient(DynamoDBClient);
const track = { attachedAt: 1000, missingSince: 60_000, listed: true as const, deniedSince: 61_000 };
const history = new Map([["10.0.0.5", track]]);
const text = JSON.stringify({ "10.0.0.5": track });

function store() {
  const settings = readSettings({
    ALB_ARN_SUFFIX: "app/app/1",
    ALB_DNS_NAME: "alb.example",
    ALB_SUBNET_CIDRS: "10.0.0.0/24",
    ALB_SUBNET_IDS: "subnet-1",
    MAPPINGS: '[{"listenerPort":80,"targetGroupArn":"arn:aws:elasticloadbalancing:x:1:targetgroup/a/1"}]',
    STATE_TABLE: "history",
  });
  return state(createClients(), settings, timeBudget(10_000));
}

withVariables({ AWS_REGION: "eu-west-1" });
beforeEach(() => dynamodb.reset());

test("the history is read as it was written, consistently", async () => {
  dynamodb.on(GetItemCommand).resolves({ Item: { revision: { S: "r1" }, history: { S: text } } });
  expect(await store().readHistory()).toEqual({ history, revision: "r1" });
  expect(dynamodb.commandCalls(GetItemCommand)[0]?.args[0].input).toEqual({
    TableName: "history",
    Key: { loadBalancer: { S: "app/app/1" } },
    ConsistentRead: true,
  });
});

test("no item means no history", async () => {
  dynamodb.on(GetItemCommand).resolves({});
  expect(await store().readHistory()).toEqual({ history: new Map(), revision: undefined });
});

test.each([
  "",
  "{",
  "[]",
  "null",
  "3",
  '{"10.0.0.5":2}',
  '{"10.0.0.5":{"missingSince":"yesterday"}}',
  '{"10.0.0.5":{"listed":"yes"}}',
])("fails when the history is %j, with the revision that may be replaced", async (corrupt) => {
  dynamodb.on(GetItemCommand).resolves({ Item: { revision: { S: "r1" }, history: { S: corrupt } } });
  const error: unknown = await store()
    .readHistory()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnreadableHistoryError);
  expect((error as UnreadableHistoryError).revision).toBe("r1");
});

test("the counters that an earlier version has left are an empty history, which the next write replaces", async () => {
  dynamodb.on(GetItemCommand).resolves({ Item: { revision: { S: "r1" }, counters: { S: "{}" } } });
  expect(await store().readHistory()).toEqual({ history: new Map(), revision: "r1" });
});

test("what only one execution environment needs is not stored", async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await store().writeHistory(new Map([["10.0.0.5", { ...track, listedAt: 5, samples: 7 }]]), "r1");
  expect(dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input.Item?.history).toEqual({ S: text });
});

test("a write replaces only the revision that was read", async () => {
  dynamodb.on(PutItemCommand).resolves({});
  await store().writeHistory(history, "r1");
  await store().writeHistory(history, undefined);
  const [second, first] = dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input);
  expect(second).toMatchObject({
    Item: { loadBalancer: { S: "app/app/1" }, history: { S: text } },
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
    .writeHistory(history, "r1")
    .catch((reason: unknown) => reason);
  expect((error as Error).constructor).toBe(kind);
});
