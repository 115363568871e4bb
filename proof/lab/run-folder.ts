import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** Everything that rehearsals leave behind, below the project folder; ignored by Git. */
export const REHEARSALS = ".rehearsal";

/** How many runs are kept; older ones are deleted when a new one begins. */
const KEPT_RUNS = 5;

/** Files of one rehearsal. All paths are absolute. */
export interface RunFolder {
  readonly path: string;
  readonly logs: string;
  /** State of stacks whose own backend is not S3, and of the bucket's own stack until it exists. */
  readonly states: string;
  /** What the run works with: manifest and stack directories, as CDKTF lays them out. */
  readonly synth: string;
}

/**
 * Makes the folder of a new run, `.rehearsal/runs/<date and time>`, and points `.rehearsal/latest` to it.
 *
 * @param project folder of the project, absolute
 */
export function createRunFolder(project: string, now = new Date()): RunFolder {
  const runs = join(project, REHEARSALS, "runs");
  mkdirSync(runs, { recursive: true });
  for (const old of oldRuns(runs)) rmSync(old, { recursive: true, force: true });
  const name = now.toISOString().slice(0, 19).replaceAll(":", "-");
  const path = newFolder(join(runs, name));
  const latest = join(project, REHEARSALS, "latest");
  rmSync(latest, { force: true });
  symlinkSync(join("runs", path.slice(runs.length + 1)), latest);
  return foldersIn(path);
}

/** Folder of a part of a run that works by itself. */
export function createPartFolder(run: RunFolder, name: string): RunFolder {
  const path = join(run.path, name);
  mkdirSync(path);
  return foldersIn(path);
}

function foldersIn(path: string): RunFolder {
  const folder = { path, logs: join(path, "logs"), states: join(path, "states"), synth: join(path, "synth") };
  for (const each of [folder.logs, folder.states, folder.synth]) mkdirSync(each);
  return folder;
}

/** Two rehearsals may begin within the same second. */
function newFolder(wanted: string): string {
  for (let count = 1; ; count++) {
    const path = count === 1 ? wanted : `${wanted}-${count}`;
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function oldRuns(runs: string): string[] {
  return readdirSync(runs)
    .map((name) => join(runs, name))
    .map((path) => ({ path, changed: statSync(path).mtimeMs }))
    .sort((a, b) => b.changed - a.changed)
    .slice(KEPT_RUNS - 1)
    .map(({ path }) => path);
}
