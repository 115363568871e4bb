import { join } from "node:path";
import { applyStack } from "../../engine/apply-stack";
import { bootstrap } from "../../engine/state-bucket";
import type { RunRecord } from "../../engine/terraform/messages";
import { type Terraform, TerraformError } from "../../engine/terraform/terraform";
import { sortByDependency } from "../../synth/stacks";
import type { RehearsedStack } from "../lab/stack-directories";
import { differences, type Inventory, takeInventory, whatExists } from "./inventory";
import { type FaultCase, Tally, type Trials } from "./outcome";
import { randomFrom } from "./random";
import { engineWith, lockId, openWorld, unlockIfLocked, type World, type WorldOptions } from "./world";

/**
 * Kills Terraform and its providers (SIGKILL) in the middle of each stack, at a seeded share of its resources; next to
 * it, an undisturbed run says what has to exist.
 *
 * @param wanted ids of the stacks; all if empty
 */
export function killCase(
  options: Omit<WorldOptions, "wanted" | "withBucket">,
  { wanted, seed }: { wanted: readonly string[]; seed: number },
): FaultCase {
  const few = wanted.length > 0;
  return {
    name: few ? `Terraform killed in ${wanted.join(", ")}` : "Terraform killed in each stack",
    expected:
      "the lock remains, the error of the next run names the command that takes it away; the run after it converges, nothing is there twice, and a second plan is empty",
    run: (update) => killEach({ ...options, wanted, withBucket: few }, seed, update),
  };
}

async function killEach(options: WorldOptions, seed: number, update: (text: string) => void): Promise<Trials> {
  const [world, untouched] = await Promise.all(
    ["killed", "untouched"].map((name) => openWorld({ ...options, folder: join(options.folder, name) })),
  );
  if (world === undefined || untouched === undefined) throw new Error("no worlds");
  const tally = new Tally();
  const wrong: string[] = [];
  const random = randomFrom(seed);
  const stacks = sortByDependency(world.stacks).filter(
    ({ localState }) => !options.withBucket || localState === undefined,
  );
  try {
    for (const stack of stacks) {
      const share = 0.1 + 0.8 * random();
      update(`${stack.id}, at ${Math.round(share * 100)} % of its resources`);
      const [found, expected] = await Promise.all([
        killOnce(world, stack, share, tally),
        applyInPeace(untouched, stack.id),
      ]).catch((error: Error) => [{ wrong: [error.message], inventory: undefined }, undefined] as const);
      if (found.inventory === undefined || expected === undefined) {
        // What comes after it needs it.
        wrong.push(...found.wrong.map((text) => `${stack.id}, and all after it not tried: ${text}`));
        return { runs: stacks.indexOf(stack) + 1, seen: tally.counts, wrong };
      }
      tally.add(`${stack.id}, killed at ${Math.round(share * 100)} % of its resources`);
      wrong.push(...[...found.wrong, ...differences(found.inventory, expected)].map((text) => `${stack.id}: ${text}`));
    }
    return { runs: stacks.length, seen: tally.counts, wrong };
  } finally {
    await Promise.all([world.stop(), untouched.stop()]);
  }
}

async function killOnce(
  world: World,
  stack: RehearsedStack,
  share: number,
  tally: Tally,
): Promise<{ wrong: string[]; inventory: Inventory }> {
  const wrong: string[] = [];
  const before = await whatExists(world.emulator);
  const kill = new AbortController();
  const doomed = engineWith(world, { interruption: { stop: new AbortController().signal, kill: kill.signal } });
  const onApplying = ({ completed, total }: RunRecord) => {
    if (total !== undefined && completed.size >= share * total) kill.abort();
  };
  try {
    await bring(doomed, stack, onApplying);
    wrong.push("it was not killed: it came to its end");
  } catch (error) {
    if (!(error instanceof TerraformError)) throw error;
    if (!kill.signal.aborted) throw error;
    tally.add("killed");
  }

  const id = await lockId(world, stack);
  if (id !== undefined && stack.localState === undefined) {
    const refused = await bring(world.terraform, stack).then(
      () => "applied in spite of the lock",
      ({ next = "" }: TerraformError) => (next.includes(`force-unlock ${id}`) ? undefined : `next step: ${next}`),
    );
    if (refused !== undefined) wrong.push(refused);
    await unlockIfLocked(world, stack);
    tally.add("lock left, taken away by the documented command");
  }

  await bring(world.terraform, stack);
  const again = await world.terraform.plan(stack, { phase: "again" });
  if (again.changed) wrong.push(`a second plan would change ${again.changes.map(({ address }) => address).join(", ")}`);
  else tally.add("converged in the next run");
  return { wrong, inventory: await takeInventory(world.emulator, before) };
}

async function applyInPeace(world: World, stackId: string): Promise<Inventory> {
  const before = await whatExists(world.emulator);
  await bring(world.terraform, world.stack(stackId));
  return takeInventory(world.emulator, before);
}

/** As the rehearsal, `bootstrap` and `deploy` do it. */
async function bring(terraform: Terraform, stack: RehearsedStack, onApplying?: (record: RunRecord) => void) {
  const options = { onProgress: () => {}, ...(onApplying && { onApplying }) };
  if (stack.localState === undefined) await applyStack(terraform, stack, options);
  else await bootstrap(terraform, stack, { ...options, localState: stack.localState });
}
