import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { projectPath } from "../../config/project";
import { inTemporaryFolder } from "../../config/temporary-folder";
import type { Interruption } from "../../engine/terraform/interruption";
import { runProcess } from "../../engine/terraform/process";

/** What a copy makes itself, or has no use for. */
const LEFT_BEHIND = new Set(["node_modules", "dist", ".git", ".rehearsal", ".terraform"]);

/** A copy of the project with other dependencies, and how commands are run in it. */
export interface ProjectCopy {
  readonly path: string;
  /** @returns exit code and what was printed */
  run(command: string, ...args: readonly string[]): Promise<{ readonly exitCode: number; readonly printed: string }>;
}

/**
 * Works on a copy of the project in which some dependencies are others; the copy is deleted afterwards.
 *
 * @param dependencies version or alias by package name, as in package.json
 * @throws Error with npm's words if they can't be installed
 */
export async function withDependencies<Result>(
  dependencies: Readonly<Record<string, string>>,
  interruption: Interruption,
  work: (copy: ProjectCopy) => Promise<Result>,
): Promise<Result> {
  return inTemporaryFolder("migration", async (path) => {
    const run: ProjectCopy["run"] = async (command, ...args) => {
      const result = await runProcess(command, [...args], { cwd: path, env: process.env, interruption });
      return { exitCode: result.exitCode ?? 1, printed: `${result.stdout}\n${result.stderr}`.trim() };
    };
    cpSync(projectPath(), path, { recursive: true, filter: (source) => !isLeftBehind(source) });
    const file = join(path, "package.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    Object.assign(manifest.dependencies, dependencies);
    writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
    // Provider bindings name `cdktf` as their peer, whatever stands behind that name.
    const installed = await run("npm", "install", "--legacy-peer-deps", "--no-audit", "--no-fund");
    if (installed.exitCode !== 0) throw new Error(`npm install failed in a copy of the project:\n${installed.printed}`);
    return work({ path, run });
  });
}

function isLeftBehind(source: string): boolean {
  const name = basename(source);
  return LEFT_BEHIND.has(name) || (name.startsWith("cdktf.out") && dirname(source) === projectPath());
}
