import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SqsQueue, type SqsQueueConfig } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { CreatedQueue } from "../../config/workloads";
import type { Queue } from "./queue";

export interface WorkerQueueProps {
  /** Name of the queue; that of the dead-letter queue ends with `-dead`. */
  readonly name: string;
  readonly options: CreatedQueue;
  readonly kmsKeyArn: string;
}

/** Seconds that a message is kept in the dead-letter queue: the most that SQS allows, to look into it. */
const longestRetention = 14 * 24 * 3600;

/**
 * Queue of a worker with its dead-letter queue, both encrypted with the environment's key and open to this account's
 * roles alone, over TLS.
 */
export class WorkerQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueueName: string;

  constructor(scope: Construct, id: string, { kmsKeyArn, name, options }: WorkerQueueProps) {
    super(scope, id);
    const suffix = options.fifo ? ".fifo" : "";
    const common: Partial<SqsQueueConfig> = {
      kmsMasterKeyId: kmsKeyArn,
      // How long SQS uses a data key again: fewer calls of KMS.
      kmsDataKeyReusePeriodSeconds: 300,
      ...(options.fifo ? { fifoQueue: true, contentBasedDeduplication: true } : {}),
    };
    const dead = new SqsQueue(this, "dead-letter-queue", {
      ...common,
      name: `${name}-dead${suffix}`,
      messageRetentionSeconds: longestRetention,
      tags: { Name: `${name}-dead` },
    });
    const queue = new SqsQueue(this, "queue", {
      ...common,
      name: `${name}${suffix}`,
      visibilityTimeoutSeconds: options.visibilitySeconds,
      messageRetentionSeconds: options.retentionDays * 24 * 3600,
      // Long polling, unless a call of the worker says otherwise.
      receiveWaitTimeSeconds: 20,
      redrivePolicy: Fn.jsonencode({ deadLetterTargetArn: dead.arn, maxReceiveCount: options.maximumReceives }),
      tags: { Name: name },
    });
    new SqsQueueRedriveAllowPolicy(this, "redrive-allow-policy", {
      queueUrl: dead.url,
      redriveAllowPolicy: Fn.jsonencode({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
    });
    this.overTls("queue-policy", queue);
    this.overTls("dead-letter-queue-policy", dead);
    this.queue = { arn: queue.arn, name: queue.name, url: queue.url, kmsKeyArn };
    this.deadLetterQueueName = dead.name;
  }

  /** Roles of this account alone send and receive, by their own policies; nothing does without TLS. */
  private overTls(id: string, queue: SqsQueue): void {
    new SqsQueuePolicy(this, id, {
      queueUrl: queue.url,
      policy: new DataAwsIamPolicyDocument(this, `${id}-document`, {
        statement: [
          {
            sid: "EncryptedTransport",
            effect: "Deny",
            principals: [{ type: "AWS", identifiers: ["*"] }],
            actions: ["sqs:*"],
            resources: [queue.arn],
            condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
          },
        ],
      }).json,
    });
  }
}
