import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { App } from "cdktf";
import { projectPath } from "../config/project";
import type { Configuration } from "../config/schema";
import { inTemporaryFolder } from "../config/temporary-folder";
import type { Stacks } from "../paths/model/stacks";
import { buildApp } from "../stacks/app";
import { existingVpcs } from "./existing-vpcs";
import { refuseBrokenPaths } from "./refuse-broken-paths";
import { MANIFEST, readStackJsons, readStacks, type SynthesizedStack } from "./stacks";

/** The folder that `cdktf deploy` works with; the cdktf command line names it. */
export const OUTDIR = process.env.CDKTF_OUTDIR ? resolve(process.env.CDKTF_OUTDIR) : projectPath("cdktf.out");

/**
 * The one door from a configuration to Terraform JSON: builds the app, proves the paths that the pattern needs, and only then
 * writes. A refusal or a crash leaves `outdir` as it was: the JSON is made in a folder beside it.
 *
 * @param outdir kept as far as Terraform works in it (`.terraform`, lock files); the JSON and the assets are replaced
 * @returns the stacks, each after those it needs
 * @throws ConfigurationError if a needed path is closed
 */
export function synthesize(configuration: Configuration, outdir: string = OUTDIR): SynthesizedStack[] {
  mkdirSync(dirname(resolve(outdir)), { recursive: true });
  const temporary = mkdtempSync(`${resolve(outdir)}.`);
  try {
    refuseBrokenPaths(write(configuration, temporary).stacks, configuration);
    publish(temporary, outdir);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return readStacks(outdir);
}

/** The JSON of every stack and of every existing VPC whose snapshot is here, by id, for those who show how paths run, closed ones included; no file remains. */
export const stacksInMemory = (configuration: Configuration): Stacks => appInMemory(configuration).stacks;

/** The constructs beside what became of them, for those who show which module makes what; no file remains. */
export const appInMemory = (configuration: Configuration): { readonly app: App; readonly stacks: Stacks } =>
  inTemporaryFolder("synth", (folder) => write(configuration, folder));

/**
 * The stacks as CDKTF writes them in HCL, for those who leave CDKTF.
 *
 * @param outdir empty, or not there yet
 */
export function synthesizeHcl(configuration: Configuration, outdir: string): SynthesizedStack[] {
  refuseBrokenPaths(stacksInMemory(configuration), configuration);
  const before = process.env.SYNTH_HCL_OUTPUT;
  process.env.SYNTH_HCL_OUTPUT = "true";
  try {
    buildApp(configuration, { outdir }).synth();
  } finally {
    if (before === undefined) delete process.env.SYNTH_HCL_OUTPUT;
    else process.env.SYNTH_HCL_OUTPUT = before;
  }
  return readStacks(outdir);
}

function write(configuration: Configuration, outdir: string) {
  const app = buildApp(configuration, { outdir });
  app.synth();
  return { app, stacks: { ...readStackJsons(readStacks(outdir)), ...existingVpcs(configuration) } };
}

/** Puts what was written in the place of what was there: assets before the JSON that names them, the manifest last. */
function publish(from: string, to: string): void {
  mkdirSync(join(to, "stacks"), { recursive: true });
  for (const id of readdirSync(join(from, "stacks"))) {
    const [source, target] = [join(from, "stacks", id), join(to, "stacks", id)];
    if (!existsSync(target)) {
      renameSync(source, target);
      continue;
    }
    const entries = readdirSync(source, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()))) {
      if (entry.isDirectory()) replaceFolder(join(source, entry.name), join(target, entry.name));
      else renameSync(join(source, entry.name), join(target, entry.name));
    }
  }
  renameSync(join(from, MANIFEST), join(to, MANIFEST));
}

function replaceFolder(from: string, to: string): void {
  // The folder that is replaced goes with the temporary one.
  if (existsSync(to)) renameSync(to, `${from}.replaced`);
  renameSync(from, to);
}
