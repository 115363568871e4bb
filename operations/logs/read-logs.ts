import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { type CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeLoadBalancerAttributesCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { readable } from "../one-off-tasks/task-log";
import { loadBalancer } from "../verify/load-balancer";

/** Prints everything that is new since the last call. */
export type Reader = () => Promise<void>;

/** Events that arrive this much later than their own time are still seen, in ms. */
const LATE_MS = 60_000;

/** Lines of a log group, oldest first, each once. */
export function groupReader(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  since: number,
  print: (line: string) => void,
): Reader {
  const seen = new Set<string>();
  let newest = since;
  return async () => {
    // Delivery is not in order: an overlap, and ids for what is known already.
    const startTime = seen.size === 0 ? since : Math.max(since, newest - LATE_MS);
    const found: { time: number; line: string }[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName, startTime })) {
      for (const { eventId = "", logStreamName, message = "", timestamp = 0 } of events) {
        if (seen.has(eventId)) continue;
        seen.add(eventId);
        newest = Math.max(newest, timestamp);
        const stream = logStreamName?.split("/").at(-1) ?? "";
        const text = readable(message.trimEnd());
        found.push({ time: timestamp, line: `${new Date(timestamp).toISOString()} ${stream.slice(0, 12)} ${text}` });
      }
    }
    for (const { line } of found.sort((a, b) => a.time - b.time)) print(line);
  };
}

/**
 * Lines of the ALB's access logs, which AWS delivers as files, every five minutes for each node.
 * Source: Elastic Load Balancing user guide, "Access logs for your Application Load Balancer"
 */
export function accessLogReader(
  { elb, s3 }: { readonly elb: ElasticLoadBalancingV2Client; readonly s3: S3Client },
  name: string,
  since: number,
  print: (line: string) => void,
): Reader {
  const seen = new Set<string>();
  return async () => {
    const { LoadBalancerArn = "" } = await loadBalancer(elb, name);
    const { Attributes = [] } = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    const Bucket = Attributes.find(({ Key }) => Key === "access_logs.s3.bucket")?.Value;
    if (!Bucket) throw new Error(`${name} writes no access logs`);
    const [, , , region = "", account = ""] = LoadBalancerArn.split(":");
    for (const day of daysSince(since, Date.now())) {
      const Prefix = `AWSLogs/${account}/elasticloadbalancing/${region}/${day}/`;
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
        for (const { Key = "", LastModified } of Contents) {
          if (seen.has(Key) || (LastModified?.getTime() ?? 0) < since) continue;
          seen.add(Key);
          const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
          const packed = (await Body?.transformToByteArray()) ?? new Uint8Array();
          for (const line of gunzipSync(packed).toString("utf8").trimEnd().split("\n")) print(line);
        }
      }
    }
  };
}

/** Days as the folders of access logs are named, e.g. `2026/01/02`; UTC. */
export function daysSince(since: number, now: number): string[] {
  const days: string[] = [];
  const begin = Math.floor(since / 86_400_000) * 86_400_000;
  for (let day = begin; day <= now; day += 86_400_000) {
    days.push(new Date(day).toISOString().slice(0, 10).replaceAll("-", "/"));
  }
  return days;
}

/** Reads once, or again and again until the signal. */
export async function readUntil(read: Reader, follow: boolean, stop: AbortSignal, pollMs: number): Promise<void> {
  await read();
  while (follow && !stop.aborted) {
    await sleep(pollMs, undefined, { signal: stop }).catch(() => {});
    if (!stop.aborted) await read();
  }
}
