import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Check, checked } from "../../operations/verify/check";
import type { EmulatedProject } from "./emulated-project";

/** What a call of Terraform waits for at most, in seconds, while its run is killed. */
const HELD_SECONDS = 60;

/** A command that is killed in the middle, as losing the machine would. */
export interface Killed {
  /** What was meant to be done; part of the log files' names. */
  readonly name: string;
  readonly command: string;
  /** Stack whose Terraform is killed. */
  readonly stack: string;
  /** Call of Terraform that is held up, so that the run can't end before. */
  readonly held: { readonly service: string; readonly action: string };
  /** Whether the run has come far enough. */
  readonly farEnough: () => Promise<boolean>;
}

/** @returns number of killed processes and exit code of the command */
export async function kill(
  project: EmulatedProject,
  { command, farEnough, held, name, stack }: Killed,
): Promise<{ processes: number; exitCode: number | null }> {
  await project.emulator.injectFault({
    ...held,
    delayMilliseconds: HELD_SECONDS * 1000,
    code: "InternalFailure",
    status: 500,
  });
  let ended = false;
  const killed = project.run(`${name}-killed`, command).finally(() => {
    ended = true;
  });
  // However long the machine takes to get there.
  while (!ended && !(await farEnough())) await sleep(500);
  const processes = killTerraform(join(project.folder, "cdktf.out/stacks", stack));
  const { exitCode } = await killed;
  await project.emulator.clearFaults();
  return { processes, exitCode };
}

/** Takes away the lock that a killed run has left, by the command that the error of the next run names. */
export async function unlock(project: EmulatedProject, { command, name }: Killed): Promise<Check> {
  // The run that held the lock is dead: waiting would only take time.
  const locked = await project.run(`${name}-locked`, `${command} --lock-timeout 5s`);
  const [named] = /terraform \S+ force-unlock \S+-\S+/.exec(`${locked.stdout}\n${locked.stderr}`) ?? [];
  const unlocked =
    named === undefined
      ? locked
      : await project.run(`${name}-unlock`, named.replace("force-unlock", "force-unlock -force"));
  const given = named !== undefined && unlocked.exitCode === 0;
  const item = `${name}: the lock of the killed run is taken away by the command that the next run names`;
  const saw = given ? named : `${unlocked.stdout}\n${unlocked.stderr}`;
  return checked(item, given, saw, 'docs/reliability.md, "A stale lock"');
}

/** Kills what works in a stack's directory. */
function killTerraform(directory: string): number {
  let killed = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) !== directory) continue;
      process.kill(Number(pid), "SIGKILL");
      killed += 1;
    } catch {
      // It has ended meanwhile, or belongs to another user.
    }
  }
  return killed;
}
