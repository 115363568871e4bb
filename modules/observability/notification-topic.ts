import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { ownAccount, ownPartition } from "../own-account";

/** AWS services that publish: alarms, and connection events of the endpoint service. */
const PUBLISHERS = ["cloudwatch.amazonaws.com", "vpce.amazonaws.com"];

export interface NotificationTopicProps {
  readonly prefix: string;
  /** Addresses that get every message; each must confirm once. */
  readonly emails: readonly string[];
  readonly keyDeletionWindowDays: number;
}

/**
 * The one SNS topic for alarms and connection events.
 *
 * It has a key of its own, because the publishing services need the key as well: a message to a topic whose key they
 * may not use is lost without an error. Source: Amazon SNS guide, "Enable compatibility between event sources from AWS
 * services and encrypted topics".
 */
export class NotificationTopic extends Construct {
  readonly key: KmsKey;
  readonly topic: SnsTopic;
  readonly policy: SnsTopicPolicy;
  readonly subscriptions: readonly SnsTopicSubscription[];

  constructor(scope: Construct, id: string, { emails, keyDeletionWindowDays, prefix }: NotificationTopicProps) {
    super(scope, id);
    const accountId = ownAccount(this);
    const partition = ownPartition(this);

    this.key = new KmsKey(this, "key", {
      description: `${prefix}: notifications`,
      enableKeyRotation: true,
      deletionWindowInDays: keyDeletionWindowDays,
      policy: new DataAwsIamPolicyDocument(this, "key-policy", {
        statement: [
          {
            sid: "Administration",
            principals: [{ type: "AWS", identifiers: [`arn:${partition}:iam::${accountId}:root`] }],
            actions: ["kms:*"],
            resources: ["*"],
          },
          {
            sid: "Publishers",
            principals: [{ type: "Service", identifiers: PUBLISHERS }],
            actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
            resources: ["*"],
            // No aws:SourceAccount: a publisher that does not send it to KMS would lose its messages without an error.
            // The topic's own policy refuses other accounts.
          },
        ],
      }).json,
      tags: { Name: `${prefix}-notifications` },
    });
    new KmsAlias(this, "key-alias", { name: `alias/${prefix}-notifications`, targetKeyId: this.key.keyId });

    this.topic = new SnsTopic(this, "topic", {
      name: `${prefix}-notifications`,
      displayName: prefix,
      kmsMasterKeyId: this.key.arn,
      tags: { Name: `${prefix}-notifications` },
    });
    this.policy = new SnsTopicPolicy(this, "policy", {
      arn: this.topic.arn,
      policy: new DataAwsIamPolicyDocument(this, "topic-policy", {
        statement: [
          {
            sid: "Publishers",
            principals: [{ type: "Service", identifiers: PUBLISHERS }],
            actions: ["sns:Publish"],
            resources: [this.topic.arn],
            condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
          },
          {
            sid: "EncryptedTransport",
            effect: "Deny",
            principals: [{ type: "AWS", identifiers: ["*"] }],
            actions: ["sns:Publish"],
            resources: [this.topic.arn],
            condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
          },
        ],
      }).json,
    });
    this.subscriptions = emails.map(
      (endpoint) =>
        new SnsTopicSubscription(this, `email-${endpoint.replace(/[^A-Za-z0-9-]/g, "-")}`, {
          topicArn: this.topic.arn,
          protocol: "email",
          endpoint,
        }),
    );
  }
}
