import type { TaskPart } from "../compute/task-parts";

/** A queue, whoever has created it. */
export interface Queue {
  readonly arn: string;
  readonly name: string;
  readonly url: string;
  /** Its customer managed key, if it has one. */
  readonly kmsKeyArn?: string;
}

const keyStatement = (sid: string, actions: string[], { kmsKeyArn }: Queue, region: string) =>
  kmsKeyArn === undefined
    ? []
    : [
        {
          sid,
          actions,
          resources: [kmsKeyArn],
          condition: [{ test: "StringEquals", variable: "kms:ViaService", values: [`sqs.${region}.amazonaws.com`] }],
        },
      ];

/**
 * A worker takes messages from its queue, and finds it in QUEUE_URL.
 * Source: Amazon SQS Developer Guide, "Configure KMS permissions for Amazon SQS", for consumers and producers.
 */
export const receives = (queue: Queue, region: string): TaskPart => ({
  environment: { QUEUE_URL: queue.url },
  statements: [
    {
      sid: "ReceiveMessages",
      actions: [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
      ],
      resources: [queue.arn],
    },
    ...keyStatement("DecryptMessages", ["kms:Decrypt"], queue, region),
  ],
});

/** Name of the variable in which a sender finds a worker's queue: `QUEUE_URL_ORDERS`. */
export const senderVariable = (worker: string): string => `QUEUE_URL_${worker.toUpperCase().replaceAll("-", "_")}`;

/** Sends messages to the queue of a worker. */
export function sends(worker: string, queue: Queue, region: string): TaskPart {
  const words = worker.split("-").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return {
    environment: { [senderVariable(worker)]: queue.url },
    statements: [
      { sid: `SendTo${words.join("")}`, actions: ["sqs:GetQueueUrl", "sqs:SendMessage"], resources: [queue.arn] },
      ...keyStatement(`EncryptFor${words.join("")}`, ["kms:Decrypt", "kms:GenerateDataKey"], queue, region),
    ],
  };
}
