import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { projectPath } from "../config/project";

/** `npm run hooks`: whoever wants them has the quick checks run before a commit and a push. Installing packages sets none. */
if (existsSync(projectPath(".git"))) {
  const program = projectPath("node_modules/simple-git-hooks/cli.js");
  execFileSync(process.execPath, [program, "./.github/git-hooks.json"], { cwd: projectPath(), stdio: "inherit" });
  console.log("Leave one out for once with git's own --no-verify.");
} else {
  console.log("hooks: this folder is no git clone, so there is nothing to hook into");
}
