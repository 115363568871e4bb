import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { projectPath } from "../config/project";

/** Which state of the project made something. */
export interface Version {
  readonly version: string;
  /** Short id of the commit, with `+changes` where files differ from it; undefined outside of a Git clone. */
  readonly commit?: string;
}

/** Version and commit of this project, for what it hands out. */
export function projectVersion(): Version {
  const { version } = JSON.parse(readFileSync(projectPath("package.json"), "utf8")) as { version: string };
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: projectPath(), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const commit = git("rev-parse", "--short=10", "HEAD");
    return {
      version,
      commit: git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}+changes`,
    };
  } catch {
    return { version };
  }
}
