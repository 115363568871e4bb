import { type FSWatcher, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { projectPath } from "../../config/project";
import { hasColors } from "../../engine/terminal";
import { difference } from "./difference";
import { type Stacks, synthesizeAnew } from "./synthesize";

/** What a synth reads. */
const SOURCES = ["main.ts", "config", "paths", "modules", "stacks", "synth", "lambda", "container"];

/** Editors write a file in several steps. */
const SETTLE_MILLISECONDS = 150;

export const command = new Command("watch")
  .description(
    "Synthesizes on every save and shows what changes in the Terraform JSON since the last good synth. " +
      "CONFIG narrows it to some configuration files. Ctrl-C ends it.",
  )
  .action(run);

async function run(): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), "watch-"));
  let last: Stacks | undefined;
  let running = false;
  let again = false;

  const synthesize = async () => {
    // One at a time; what is saved meanwhile is seen by the next.
    again = running;
    if (running) return;
    running = true;
    try {
      const now = await synthesizeAnew(outdir);
      console.log(last ? difference(last, now, { color: hasColors() }) || "no change" : summary(now));
      last = now;
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
    }
    running = false;
    if (again) await synthesize();
  };

  let timer: NodeJS.Timeout | undefined;
  const saved = (_event: string, name: string | null) => {
    if (name !== null && /(^|[/\\])(node_modules|dist)([/\\]|$)/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void synthesize(), SETTLE_MILLISECONDS);
  };
  const watchers = places().map((place): FSWatcher => watch(place, { recursive: true }, saved));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      rmSync(outdir, { recursive: true, force: true });
      process.exit(0);
    });
  }
  await synthesize();
}

const summary = (stacks: Stacks) => `${Object.keys(stacks).length} stacks; waiting for a save (Ctrl-C ends it)`;

/** Sources, and the folder of configuration files that lie elsewhere. */
function places(): string[] {
  const { CONFIG } = process.env;
  const elsewhere = CONFIG && !/[*?[\]{}!()]/.test(CONFIG) ? [dirname(resolve(CONFIG))] : [];
  const own = SOURCES.map((source) => projectPath(source));
  return [...own, ...elsewhere.filter((place) => !place.startsWith(projectPath("config")))];
}
