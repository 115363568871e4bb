import { randomUUID } from "node:crypto";
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

/** Another run has written the item since it was read. */
export class ConcurrentRunError extends Error {
  override readonly name = "ConcurrentRunError";
}

/** Short timeouts of an AWS client; throttling is answered by the SDK's own exponential backoff with jitter. */
export const CLIENT_OPTIONS = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 6000, throwOnRequestTimeout: true },
};

export interface StoredItem {
  readonly table: string;
  readonly key: { readonly name: string; readonly value: string };
  /** Name of the attribute that holds the content, and of the content in messages. */
  readonly attribute: string;
  readonly abortSignal?: AbortSignal;
}

/**
 * One DynamoDB item that runs side by side keep: its key, `revision` (new with every write), and the content as text. A
 * write replaces only the revision that was read.
 */
export function storedItem(dynamodb: DynamoDBClient, { table, key, attribute, abortSignal }: StoredItem) {
  const Key = { [key.name]: { S: key.value } };
  return {
    /** `content` is undefined where nothing has been written. */
    async read(): Promise<{ content: string | undefined; revision: string | undefined }> {
      const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
      const { Item } = await dynamodb.send(command, { abortSignal });
      const found = Item?.[attribute];
      return { content: found && (found.S ?? ""), revision: Item?.revision?.S };
    },

    /**
     * @returns the new revision
     * @throws ConcurrentRunError if another run has written since `replaced` was read
     */
    async write(content: string, replaced: string | undefined): Promise<string> {
      const revision = randomUUID();
      const command = new PutItemCommand({
        TableName: table,
        Item: { ...Key, revision: { S: revision }, [attribute]: { S: content } },
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
        throw new ConcurrentRunError(`another run has written the ${attribute}`);
      }
      return revision;
    },
  };
}
