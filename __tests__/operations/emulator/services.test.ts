import type { Emulator } from "../../../operations/emulator/emulator";
import { type Context, startForTest } from "./network";
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
import { rds } from "./services/rds";
import { remains } from "./services/remains";
import { route53 } from "./services/route53";
import { s3 } from "./services/s3";

// one emulator for all of them: its start takes longer than their calls
jest.setTimeout(20_000);

let context: Context;
let emulator: Emulator;

beforeAll(async () => {
  context = await startForTest();
  emulator = context.emulator;
}, 120_000);

afterAll(() => emulator.stop());

describe.each(
  Object.entries({
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
  }),
)("%s", (_, tests) => tests(() => context));
