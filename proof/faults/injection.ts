import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { applyStack } from "../../engine/apply-stack";
import { Interrupted } from "../../engine/terraform/interruption";
import { TerraformError } from "../../engine/terraform/terraform";
import type { Weather } from "../lab/emulator";
import { differences, type Inventory, takeInventory } from "./inventory";
import type { FaultCase, Trials } from "./outcome";
import { Tally } from "./outcome";
import { type Random, randomFrom } from "./random";
import { startWarmProvider } from "./warm-provider";
import { engineWith, makeStateBuckets, openWorld, unlockIfLocked, type World, type WorldOptions } from "./world";

/** The stack: many small resources of EC2, IAM and CloudWatch Logs, and no load balancer or database to wait for. */
const STACK = "network";

/** Words by which a person knows what happened. */
const CAUSE =
  /throttl|rate exceeded|RequestLimitExceeded|SlowDown|reduce your request rate|InternalError|InternalFailure|internal error|StatusCode: 50\d|50\d|connection reset|EOF|broken pipe|connection refused|exceeded maximum number of attempts/i;

const PANIC = /panic:|plugin crashed|Plugin did not respond|produced an (unexpected|invalid)/i;

/**
 * Applies a stack again and again while calls are throttled, answered with errors, cut off or slow, each time with
 * another seed; then once more in fair weather.
 */
export function injectionCase(
  options: Omit<WorldOptions, "wanted" | "withBucket">,
  { seeds, workers }: { seeds: readonly number[]; workers: number },
): FaultCase {
  return {
    name: `API faults, seeds ${seeds[0]} to ${seeds.at(-1)}`,
    expected:
      "the apply completes, or fails with a message that names the cause; no panic, no state lost; the next apply in fair weather converges, nothing is there twice",
    run: (update) => inject(options, seeds, workers, update),
  };
}

async function inject(
  options: Omit<WorldOptions, "wanted" | "withBucket">,
  seeds: readonly number[],
  workers: number,
  update: (text: string) => void,
): Promise<Trials> {
  const tally = new Tally();
  const wrong: string[] = [];
  const waiting = [...seeds];
  let done = 0;
  const work = async (worker: number) => {
    const stops: (() => Promise<void>)[] = [];
    const world = await openWorld({
      ...options,
      folder: join(options.folder, `worker-${worker}`),
      wanted: [STACK_ID],
      withBucket: true,
    });
    try {
      await world.terraform.init(world.stack(STACK));
      const provider = await startWarmProvider(world.stack(STACK).directory, world.options.env);
      stops.push(provider.stop);
      const warm = { ...world, terraform: engineWith(world, { env: { ...world.options.env, ...provider.env } }) };
      const expected = await referenceInventory(warm);
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        const found = await tryOnce(warm, seed, expected, tally).catch((error: Error) => {
          if (error instanceof Interrupted) throw error;
          return [error.message];
        });
        wrong.push(...found.map((text) => `seed ${seed}: ${text}`));
        done += 1;
        update(`${done} of ${seeds.length}`);
      }
    } finally {
      for (const stop of stops) await stop();
      await world.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, seeds.length) }, (_, index) => work(index)));
  return { runs: seeds.length, seen: tally.counts, wrong };
}

const STACK_ID = "network-dev";

/** The directory is initialized already: the same JSON, and the state of no earlier run. */
const INITIALIZED = { onProgress: () => {}, initialized: Promise.resolve() };

async function referenceInventory(world: World): Promise<Inventory> {
  await applyStack(world.terraform, world.stack(STACK), INITIALIZED);
  return takeInventory(world.emulator);
}

/** @returns what went otherwise than expected */
async function tryOnce(world: World, seed: number, expected: Inventory, tally: Tally): Promise<string[]> {
  const { emulator, terraform } = world;
  const stack = world.stack(STACK);
  const wrong: string[] = [];
  await emulator.reset();
  await makeStateBuckets(world);
  rmSync(join(stack.directory, "errored.tfstate"), { force: true });

  await emulator.beginWeather({ seed, ...weatherOf(randomFrom(seed)) });
  try {
    await applyStack(terraform, stack, INITIALIZED);
    tally.add("completed all the same");
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    tally.add(`failed in ${error.phase}, cause named`);
    if (!CAUSE.test(error.message)) wrong.push(`the message does not name the cause: ${oneLine(error.message)}`);
    if (PANIC.test(error.message)) wrong.push(`panic: ${oneLine(error.message)}`);
  } finally {
    for (const [kind, count] of Object.entries(await emulator.endWeather())) tally.add(`calls: ${kind}`, count);
  }

  if (await unlockIfLocked(world, stack)) tally.add("lock left, taken away by the documented command");
  if (readdirSync(stack.directory).includes("errored.tfstate")) {
    await terraform.pushState(stack, "errored.tfstate");
    rmSync(join(stack.directory, "errored.tfstate"));
    tally.add("state left on disk, pushed by the documented command");
  }
  const next = await applyStack(terraform, stack, INITIALIZED);
  const again = next.changed ? await terraform.plan(stack, { phase: "again" }) : next;
  if (again.changed) wrong.push(`did not converge: ${again.changes.map(({ address }) => address).join(", ")}`);
  wrong.push(...differences(await takeInventory(emulator), expected));
  if (wrong.length === 0) tally.add("converged in the next run");
  if (existsSync(join(stack.directory, "crash.log"))) wrong.push("crash.log");
  return wrong;
}

/** Mostly drizzle, sometimes a storm, sometimes nothing at all gets through for some seconds. */
function weatherOf(random: Random): Omit<Weather, "seed"> {
  const kind = random();
  if (kind < 0.4) return { share: 0.05 };
  if (kind < 0.7) return { share: 0.3 };
  return {
    share: 0.05,
    outage: { afterCalls: Math.floor(random() * 120), milliseconds: 3000 + random() * 12_000 },
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 300);
}
