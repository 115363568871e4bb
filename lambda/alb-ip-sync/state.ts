import { randomUUID } from "node:crypto";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Clients, TimeBudget } from "./clients";
import type { Counter, Counters } from "./counters";
import { ConcurrentRunError, type Ports, UnreadableCountersError } from "./ports";
import { type Settings, STATE_TABLE_KEY } from "./settings";

/**
 * Keeps the counters in one DynamoDB item: `loadBalancer` (the key), `revision` (new with every write) and `counters`
 * (JSON: address → `{runs, countedAt}`). A write replaces only the revision that was read.
 */
export function state(
  { dynamodb }: Pick<Clients, "dynamodb">,
  { stateTable: TableName, albArnSuffix }: Settings,
  { acting: abortSignal }: TimeBudget,
): Pick<Ports, "readCounters" | "writeCounters"> {
  const key = { [STATE_TABLE_KEY]: { S: albArnSuffix } };
  return {
    async readCounters() {
      const command = new GetItemCommand({ TableName, Key: key, ConsistentRead: true });
      const { Item } = await dynamodb.send(command, { abortSignal });
      const revision = Item?.revision?.S;
      if (Item === undefined) return { counters: new Map(), revision };
      const counters = parseCounters(Item.counters?.S);
      if (counters === undefined) {
        throw new UnreadableCountersError(
          `table ${TableName}: the counters of ${albArnSuffix} are not readable`,
          revision,
        );
      }
      return { counters, revision };
    },

    async writeCounters(counters, replaced) {
      const revision = randomUUID();
      const command = new PutItemCommand({
        TableName,
        Item: { ...key, revision: { S: revision }, counters: { S: JSON.stringify(Object.fromEntries(counters)) } },
        ...(replaced === undefined
          ? { ConditionExpression: "attribute_not_exists(revision)" }
          : {
              ConditionExpression: "revision = :replaced",
              ExpressionAttributeValues: { ":replaced": { S: replaced } },
            }),
      });
      try {
        await dynamodb.send(command, { abortSignal });
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "ConditionalCheckFailedException") throw error;
        throw new ConcurrentRunError("another run has written the counters");
      }
    },
  };
}

/** @returns undefined where the text is not a map of counters. */
function parseCounters(text: string | undefined): Counters | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const entries = Object.entries(parsed);
  return entries.every((entry): entry is [string, Counter] => isCounter(entry[1])) ? new Map(entries) : undefined;
}

function isCounter(value: unknown): value is Counter {
  if (typeof value !== "object" || value === null) return false;
  const { runs, countedAt } = value as Partial<Counter>;
  return Number.isInteger(runs) && Number(runs) > 0 && Number.isFinite(countedAt);
}
