import { join } from "node:path";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { applyStack } from "../../engine/apply-stack";
import { TerraformError } from "../../engine/terraform/terraform";
import type { Fault } from "../lab/emulator";
import { ACCESS_KEY_ID } from "../lab/overrides";
import { type FaultCase, Tally } from "./outcome";
import { openWorld, stateLocation, type World, type WorldOptions } from "./world";

type Options = Omit<WorldOptions, "wanted" | "withBucket">;

interface Refusal {
  readonly name: string;
  readonly message: RegExp;
  readonly next: RegExp;
  readonly withBucket: boolean;
  readonly fault?: Fault;
  /** Account of the credentials. @default the environment's own */
  readonly accountId?: string;
}

const MANY = 10_000;

const REFUSALS: readonly Refusal[] = [
  {
    name: "State bucket missing",
    message: /bucket/i,
    next: /npx ecs-privatelink bootstrap --env dev/,
    withBucket: false,
  },
  {
    name: "Access to the state denied",
    message: /AccessDenied|Forbidden/,
    next: /role/,
    withBucket: true,
    fault: { service: "s3", code: "AccessDenied", status: 403, times: MANY, accessKeyId: ACCESS_KEY_ID },
  },
  {
    name: "Credentials of another account",
    message: /account ID not allowed/i,
    next: /accountId/,
    withBucket: true,
    accountId: "999988887777",
  },
  {
    name: "Expired credentials",
    message: /ExpiredToken/,
    next: /get credentials .*run again/,
    withBucket: true,
    fault: { code: "ExpiredToken", status: 400, times: MANY, accessKeyId: ACCESS_KEY_ID },
  },
];

/** Calls that change nothing; the state's own lock, which comes and goes, is made of the last two. */
const HARMLESS = /^(Describe|Get|List|Head|AssumeRole)|^(PutObject|DeleteObject)$/;

/** Applies that must not begin. */
export function refusalCases(options: Options): FaultCase[] {
  return REFUSALS.map((refusal, index) => ({
    name: refusal.name,
    expected: "refused before any change, with what to do next: no call that changes anything, no state",
    run: async () => {
      const world = await openWorld({
        ...options,
        folder: join(options.folder, String(index)),
        wanted: ["network-dev"],
        withBucket: refusal.withBucket,
        ...(refusal.accountId === undefined ? {} : { accountId: refusal.accountId }),
      });
      try {
        return { runs: 1, ...(await refuse(world, refusal)) };
      } finally {
        await world.stop();
      }
    },
  }));
}

async function refuse(world: World, { fault, message, next }: Refusal) {
  const tally = new Tally();
  const wrong: string[] = [];
  const stack = world.stack("network");
  await world.emulator.forgetCalls();
  if (fault !== undefined) await world.emulator.injectFault(fault);
  try {
    await applyStack(world.terraform, stack, { onProgress: () => {} });
    wrong.push("it was applied");
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    tally.add(`refused in ${error.phase}`);
    if (!message.test(error.message)) wrong.push(`the message does not name the cause: ${error.details}`);
    if (!next.test(error.next)) wrong.push(`another next step than expected: ${error.next}`);
  }
  const calls = (await world.emulator.listCalls()).filter(({ accessKeyId }) => accessKeyId === ACCESS_KEY_ID);
  const changing = calls.filter(({ action, status }) => status < 300 && !HARMLESS.test(action));
  wrong.push(...changing.map(({ service, action }) => `it called ${service}:${action}`));
  tally.add(
    "calls that change nothing",
    calls.reduce((sum, { count }) => sum + count, 0),
  );
  await world.emulator.clearFaults();
  const { bucket, key } = stateLocation(stack);
  const state = await world.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).then(
    () => true,
    () => false,
  );
  if (state) wrong.push("there is a state");
  return { seen: tally.counts, wrong };
}
