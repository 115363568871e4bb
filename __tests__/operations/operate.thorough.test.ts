import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import {
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { projectPath } from "../../config/project";
import { type Emulator, ensurePythonEnvironment, startEmulator } from "../../proof/lab/emulator";
import { createLoadBalancer, createNetwork, region, settingsFor } from "../proof/emulator/network";
import { inTerminal, KEYS } from "../terminal";

const ACCOUNT = "111122223333";
const PREFIX = "private-app-dev";
const program = projectPath("cli/ecs-privatelink.mjs");

let emulator: Emulator;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  await ensurePythonEnvironment(() => {});
  emulator = await startEmulator({ logFile: "/dev/null", accountId: ACCOUNT });
  env = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: "AKIAAAAAAAAAAAAAAAAA",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
}, 300_000);
afterAll(() => emulator.stop());

async function call(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  try {
    const said = await promisify(execFile)(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
    return { status: 0, ...said };
  } catch (error) {
    const { code, stderr, stdout } = error as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
}

async function writeLog(group: string, message: string): Promise<void> {
  const logs = new CloudWatchLogsClient(settingsFor(emulator));
  const log = { logGroupName: `/${PREFIX}/${group}`, logStreamName: "task/app/0123456789abcdef" };
  await logs.send(new CreateLogGroupCommand(log)).catch(() => {});
  await logs.send(new CreateLogStreamCommand(log)).catch(() => {});
  await logs.send(new PutLogEventsCommand({ ...log, logEvents: [{ timestamp: Date.now(), message }] }));
}

test("before anything is deployed, status and logs say so", async () => {
  const status = await call("status", "--env", "dev");
  expect(status.status).toBe(1);
  expect(status.stdout).toMatch(/^Service\n {2}✖ /);
  expect(status.stdout).toContain("✔ none of 0 fires");
  const logs = await call("logs", "--env", "dev", "sync");
  expect(logs.status).toBe(1);
  expect(logs.stderr).toMatch(/log group \/private-app-dev\/alb-ip-sync does not exist in eu-central-1/);
}, 300_000);

test("logs print the readable line of the source that is asked for, and nothing older", async () => {
  await writeLog("application", JSON.stringify({ level: 50, msg: "the database does not answer" }));
  await writeLog("alb-ip-sync", "START RequestId");
  const { status, stdout } = await call("logs", "--env", "dev");
  expect(status).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(stdout).toMatch(/Z 0123456789ab error: the database does not answer/);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const none = await call("logs", "--env", "dev", "--since", "1s");
  expect(none.stdout).toBe("");
  expect(none.stderr).toContain("no line in the given time");
}, 300_000);

test("--follow in a terminal prints a new line once, and Ctrl-C ends it", async () => {
  const later = setTimeout(() => void writeLog("data-load", "loaded 3 rows"), 6000);
  await writeLog("data-load", "begun");
  const { exitCode, lines } = await inTerminal([program, "logs", "data-load", "--env", "dev", "--follow"], {
    env,
    typed: [{ when: /loaded 3 rows/, keys: KEYS.interrupt }],
  });
  clearTimeout(later);
  expect(lines.filter((line) => line.includes("begun"))).toHaveLength(1);
  expect(lines.filter((line) => line.includes("loaded 3 rows"))).toHaveLength(1);
  expect(exitCode).toBe(0);
}, 300_000);

test("access logs of the load balancer come from their bucket; a new ALB without targets needs attention", async () => {
  const settings = settingsFor(emulator);
  const elb = new ElasticLoadBalancingV2Client(settings);
  const { arn } = await createLoadBalancer(
    elb,
    await createNetwork(new EC2Client(settings)),
    `${PREFIX}-alb`,
    "application",
  );
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const Bucket = "access-logs";
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  await elb.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: arn,
      Attributes: [
        { Key: "access_logs.s3.enabled", Value: "true" },
        { Key: "access_logs.s3.bucket", Value: Bucket },
      ],
    }),
  );
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  const account = arn.split(":")[4];
  const Key = `AWSLogs/${account}/elasticloadbalancing/${region}/${day}/${account}_app.log.gz`;
  await s3.send(
    new PutObjectCommand({ Bucket, Key, Body: gzipSync("http 10.90.0.7 GET / 200\nhttp 10.90.0.7 GET /x 404\n") }),
  );
  const { stdout } = await call("logs", "load-balancer", "--env", "dev");
  expect(stdout).toBe("http 10.90.0.7 GET / 200\nhttp 10.90.0.7 GET /x 404\n");
  const status = await call("status", "--env", "dev");
  expect(status.stdout).toMatch(/ALB targets \(tasks\)\n {2}✖ .*target group/i);
  expect(status.status).toBe(1);
}, 300_000);

test("doctor: credentials of another account are missing, those of the right one lead to bucket and quotas", async () => {
  const right = await call("doctor", "--env", "dev");
  expect(right.stdout).toContain(`✔ AWS credentials: of account ${ACCOUNT}`);
  expect(right.stdout).toMatch(
    /– State bucket: \S+ does not exist yet\n.*\n {4}fix: npx ecs-privatelink bootstrap --env dev/,
  );
  const wrong = await call("doctor", "--env", "prod");
  expect(wrong.status).toBe(1);
  expect(wrong.stdout).toContain(`✖ AWS credentials: of account ${ACCOUNT}, not 222233334444`);
  expect(right.stdout).toMatch(/Quota: VPCs .*: \d+ of 5 used, 1 needed/);
}, 300_000);
