import { rmSync } from "node:fs";
import type { Server } from "node:http";
import { control } from "./control";
import { type Context, startForTest } from "./network";
import { startRegistry } from "./registry";
import { answers } from "./services/answers";
import { applicationAutoScaling } from "./services/application-auto-scaling";
import { autoScaling } from "./services/auto-scaling";
import { backup } from "./services/backup";
import { ec2 } from "./services/ec2";
import { ecr } from "./services/ecr";
import { ecs } from "./services/ecs";
import { efs } from "./services/efs";
import { elasticLoadBalancing } from "./services/elastic-load-balancing";
import { kms } from "./services/kms";
import { lambda } from "./services/lambda";
import { privateLink } from "./services/privatelink";
import { rds } from "./services/rds";
import { remains } from "./services/remains";
import { route53 } from "./services/route53";
import { s3 } from "./services/s3";

let context: Context;
let registry: Server;

beforeAll(async () => {
  const { host, server } = await startRegistry();
  registry = server;
  context = await startForTest(host);
}, 300_000);

afterAll(async () => {
  await context.emulator.stop();
  registry.close();
  rmSync(context.logFile);
});

describe.each(
  Object.entries({
    control,
    privateLink,
    applicationAutoScaling,
    autoScaling,
    backup,
    ec2,
    ecr,
    ecs,
    efs,
    elasticLoadBalancing,
    kms,
    lambda,
    rds,
    route53,
    s3,
    remains,
    answers,
  }),
)("%s", (_, tests) => tests(() => context));
