import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { build } from "esbuild";
import { parseDocument } from "yaml";
import { projectPath } from "../../config/project";
import { findTerraform } from "../../engine/terraform/binary";
import type { Interruption } from "../../engine/terraform/interruption";
import { type ProcessResult, runProcess } from "../../engine/terraform/process";
import { type Emulator, startEmulator } from "../lab/emulator";
import { emulatorEnvironment } from "../lab/overrides";
import { REHEARSALS, type RunFolder } from "../lab/run-folder";

/** Folders of the project that a copy to work in does without. */
const NOT_COPIED = ["node_modules", ".git", "cdktf.out", REHEARSALS, "dist", "coverage", "hcp-workspaces", "__tests__"];

/** The environment that is deployed, as its file in this project says. */
export const ENVIRONMENT = { name: "dev", region: "eu-central-1", accountId: "111122223333" } as const;

/** What is needed to let a person's commands work in an emulated account. */
export interface EmulatedProject {
  readonly emulator: Emulator;
  /** Folder of the project's copy, in which commands run and configuration is changed. */
  readonly folder: string;
  /** Environment of the commands. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Runs lines of shell as a person would type them, each only if those before have succeeded.
   *
   * @param name of the log file
   */
  run(name: string, script: string, interruption?: Interruption): Promise<ProcessResult>;
  /** Sets options in a YAML file, takes out those that are `null`, and keeps what else stands there, comments included. */
  set(file: string, options: Readonly<Record<string, unknown>>): void;
  readonly logs: string;
  /** Stops the emulated AWS. */
  stop(): Promise<void>;
}

/**
 * Copies the project, and starts an emulated AWS that every command in the copy works with. The commands themselves know
 * nothing of it: the AWS SDKs follow their own environment variables, and the `terraform` that comes first in PATH puts
 * an override file beside a stack's JSON before it starts the real one.
 *
 * @param awsCli folder that holds the AWS CLI
 */
export async function emulatedProject(
  run: RunFolder,
  awsCli: string,
  interruption: Interruption,
): Promise<EmulatedProject> {
  const folder = join(run.path, "project");
  const skipped = new Set(NOT_COPIED.map((name) => projectPath(name)));
  // The run's own folder is inside the project, which Node's copying in one go would refuse.
  mkdirSync(folder);
  for (const name of readdirSync(projectPath())) {
    const from = projectPath(name);
    if (!skipped.has(from)) {
      cpSync(from, join(folder, name), { recursive: true, filter: (path) => !path.endsWith("/node_modules") });
    }
  }
  await linkPackages(run.path, folder);

  const emulator = await startEmulator({ logFile: join(run.logs, "emulator.log"), accountId: ENVIRONMENT.accountId });
  const bin = await terraformInFront(run, emulator.endpoint);
  const env = {
    ...emulatorEnvironment(process.env, emulator.endpoint),
    AWS_REGION: ENVIRONMENT.region,
    // Version 1 of the AWS CLI knows this one alone.
    AWS_DEFAULT_REGION: ENVIRONMENT.region,
    AWS_PAGER: "",
    PATH: [bin, awsCli, process.env.PATH].join(delimiter),
    // What is printed goes into a file.
    CI: "true",
  };
  const options = { cwd: folder, env };
  return {
    emulator,
    folder,
    env,
    run: (name, script, own = interruption) =>
      runProcess("sh", ["-ec", script], { ...options, logFile: join(run.logs, `${name}.log`), interruption: own }),
    set: (file, options) => setOptions(join(folder, file), options),
    logs: run.logs,
    stop: () => emulator.stop(),
  };
}

/**
 * Gives the copy the installed packages, as hard links: its own npm commands find them complete, and whatever they did to
 * them would leave the project's own folder alone.
 */
async function linkPackages(cwd: string, copy: string): Promise<void> {
  const lock = JSON.parse(readFileSync(projectPath("package-lock.json"), "utf8")) as { readonly packages: object };
  const folders = Object.keys(lock.packages).flatMap((path) => /^(.*?\bnode_modules)\//.exec(path)?.[1] ?? []);
  for (const folder of new Set(folders)) {
    const [from, to] = [projectPath(folder), join(copy, folder)];
    if (!existsSync(from)) continue;
    const linked = await runProcess("cp", ["-al", from, to], { cwd, env: process.env });
    // Not every system or file system has hard links.
    if (linked.exitCode !== 0) cpSync(from, to, { recursive: true, force: true });
  }
}

function setOptions(file: string, options: Readonly<Record<string, unknown>>): void {
  const document = parseDocument(readFileSync(file, "utf8"));
  for (const [path, value] of leaves(options, [])) {
    if (value === null) document.deleteIn(path);
    else document.setIn(path, value);
  }
  writeFileSync(file, String(document));
}

/** Paths and values; a list is one value. */
function leaves(options: Readonly<Record<string, unknown>>, path: readonly string[]): [string[], unknown][] {
  return Object.entries(options).flatMap(([key, value]) => {
    const own = [...path, key];
    const isSection = typeof value === "object" && value !== null && !Array.isArray(value);
    return isSection ? leaves(value as Record<string, unknown>, own) : [[own, value] as [string[], unknown]];
  });
}

/** @returns the folder with the `terraform` to find first */
async function terraformInFront(run: RunFolder, endpoint: string): Promise<string> {
  const binary = await findTerraform();
  const { stdout } = await runProcess("sh", ["-c", 'command -v "$1"', "sh", binary.command], {
    cwd: run.path,
    env: process.env,
  });
  const bin = join(run.path, "bin");
  const script = join(bin, "put-override.mjs");
  await build({
    entryPoints: [projectPath("proof/runbook/put-override.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  const name = join(bin, "terraform");
  writeFileSync(
    name,
    [
      "#!/bin/sh",
      'case " $* " in *" init "*)',
      `  "${process.execPath}" "${script}" "${endpoint}" "${run.states}" "$@" || exit 1 ;;`,
      "esac",
      `exec "${stdout.trim()}" "$@"`,
      "",
    ].join("\n"),
  );
  chmodSync(name, 0o755);
  return bin;
}
