import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { emptyBucket } from "../../../../engine/terraform/empty-bucket";
import { type Context, region } from "../network";

const Bucket = "assets";

export function s3(context: () => Context): void {
  let client: S3Client;

  beforeAll(async () => {
    client = new S3Client({ ...context().settings, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  });

  test("a policy that denies clear text denies nothing else, and lets access logs be switched on", async () => {
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Statement = [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: ["s3:PutObject"],
        Resource: `arn:aws:s3:::${Bucket}/*`,
      },
    ];
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
    );
    await client.send(new PutObjectCommand({ Bucket, Key: "index.html", Body: "hello" }));
    await client.send(
      new PutBucketLoggingCommand({
        Bucket,
        BucketLoggingStatus: { LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: "log/" } },
      }),
    );
  });

  test("a bucket encrypts with S3's keys, then as it is configured; a request's header precedes that", async () => {
    const stored = async (Key: string, header?: "AES256") => {
      const ServerSideEncryption = header;
      await client.send(new PutObjectCommand({ Bucket, Key, Body: "x", ServerSideEncryption }));
      return (await client.send(new HeadObjectCommand({ Bucket, Key }))).ServerSideEncryption;
    };
    const configured = async () => {
      const { ServerSideEncryptionConfiguration } = await client.send(new GetBucketEncryptionCommand({ Bucket }));
      return ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    };
    expect([await configured(), await stored("own")]).toEqual(["AES256", "AES256"]);
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } }];
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    expect([await configured(), await stored("kms"), await stored("header", "AES256")]).toEqual([
      "aws:kms",
      "aws:kms",
      "AES256",
    ]);
    await client.send(new DeleteBucketEncryptionCommand({ Bucket }));
    expect(await configured()).toBe("AES256");
    for (const Key of ["own", "kms", "header"]) await client.send(new DeleteObjectCommand({ Bucket, Key }));
  });

  test("a lifecycle rule keeps the number of replaced versions", async () => {
    const NoncurrentVersionExpiration = { NoncurrentDays: 30, NewerNoncurrentVersions: 5 };
    await client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: "old", Status: "Enabled", Filter: { Prefix: "" }, NoncurrentVersionExpiration }],
        },
      }),
    );
    const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.[0]?.NoncurrentVersionExpiration).toEqual(NoncurrentVersionExpiration);
  });

  test("events to EventBridge stay switched on", async () => {
    await client.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    const answer = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(answer.EventBridgeConfiguration).toEqual({});
  });

  test("a versioned bucket can be emptied, delete markers included", async () => {
    await client.send(
      new CreateBucketCommand({ Bucket: "versioned", CreateBucketConfiguration: { LocationConstraint: region } }),
    );
    await client.send(
      new PutBucketVersioningCommand({ Bucket: "versioned", VersioningConfiguration: { Status: "Enabled" } }),
    );
    await client.send(new PutObjectCommand({ Bucket: "versioned", Key: "a", Body: "1" }));
    await client.send(new DeleteObjectCommand({ Bucket: "versioned", Key: "a" }));
    await expect(emptyBucket(client, "versioned")).resolves.toBe(2);
    await client.send(new DeleteBucketCommand({ Bucket: "versioned" }));
  });
}
