import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyStack } from "../../engine/apply-stack";
import { TerraformError } from "../../engine/terraform/terraform";
import { type FaultCase, Tally, type Trials } from "./outcome";
import { engineWith, openWorld, unlockIfLocked, type WorldOptions } from "./world";

const SIZE = "8m";
const MOMENTS = ["before the plan", "in the middle of the apply"] as const;

/** A disk that is full where the stack's directory, its logs and temporary files are. */
export function diskFullCase(options: Omit<WorldOptions, "wanted" | "withBucket">): FaultCase {
  return {
    name: "Disk full",
    expected:
      "before the plan: refused with what to do next, nothing applied; in the apply: it ends by itself, its state stored; with room again the next run converges",
    run: async (update) => {
      const disk = join(options.folder, "disk");
      mkdirSync(disk, { recursive: true });
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", disk], { encoding: "utf8" });
      if (mounted.status !== 0) {
        const why = mounted.error?.message ?? mounted.stderr.trim();
        return {
          runs: 0,
          seen: {},
          wrong: [],
          skipped: `a small disk can't be mounted here (root on Linux can): ${why}`,
        };
      }
      try {
        return await fill(options, disk, update);
      } finally {
        spawnSync("umount", [disk]);
      }
    },
  };
}

async function fill(
  options: Omit<WorldOptions, "wanted" | "withBucket">,
  disk: string,
  update: (text: string) => void,
): Promise<Trials> {
  const world = await openWorld({ ...options, wanted: ["network-dev"], withBucket: true });
  const tally = new Tally();
  const wrong: string[] = [];
  try {
    const synthesized = world.stack("network");
    const stack = { ...synthesized, directory: join(disk, "stack") };
    cpSync(synthesized.directory, stack.directory, { recursive: true });
    mkdirSync(join(disk, "tmp"));
    const terraform = engineWith(world, {
      env: { ...world.options.env, TMPDIR: join(disk, "tmp") },
      logFolder: join(disk, "logs"),
    });
    await terraform.init(stack);
    for (const moment of MOMENTS) {
      update(moment);
      const full = () => writeFileSync(join(disk, "filler"), Buffer.alloc(freeBytes(disk)));
      if (moment === "before the plan") full();
      let isFull = moment === "before the plan";
      try {
        await applyStack(terraform, stack, {
          onProgress: () => {},
          initialized: Promise.resolve(),
          onApplying: () => {
            if (isFull) return;
            isFull = true;
            full();
          },
        });
        if (moment === "before the plan") wrong.push("it was applied on a full disk");
        else tally.add("the apply completed all the same");
      } catch (error) {
        if (!(error instanceof TerraformError)) throw error;
        tally.add(`${moment}: failed in ${error.phase}`);
        if (!/make room/.test(error.next)) wrong.push(`another next step than expected: ${error.message}`);
      }
      rmSync(join(disk, "filler"));
      if (await unlockIfLocked({ ...world, terraform }, stack))
        tally.add("lock left, taken away by the documented command");
      if (readdirSync(stack.directory).includes("errored.tfstate")) {
        await terraform.pushState(stack, "errored.tfstate");
        tally.add("state left on disk, pushed by the documented command");
      }
      if (moment !== "before the plan") {
        const next = await applyStack(terraform, stack, { onProgress: () => {}, initialized: Promise.resolve() });
        const again = next.changed ? await terraform.plan(stack, { phase: "again" }) : next;
        if (again.changed) wrong.push("did not converge");
        else tally.add("converged with room again");
      } else if ((await terraform.addresses(stack)).length > 0) wrong.push("something was applied");
    }
    return { runs: MOMENTS.length, seen: tally.counts, wrong };
  } finally {
    await world.stop();
  }
}

function freeBytes(disk: string): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}
