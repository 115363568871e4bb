import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Command } from "commander";
import { projectPath } from "../config/project";

export const command = new Command("hooks")
  .description("Runs the quick checks before every commit and push of this clone. Installing packages sets no hook.")
  .action(() => {
    if (!existsSync(projectPath(".git"))) {
      console.log("Not a git clone; no hooks installed");
      return;
    }
    const program = projectPath("node_modules/simple-git-hooks/cli.js");
    execFileSync(process.execPath, [program, "./.github/git-hooks.json"], { cwd: projectPath(), stdio: "inherit" });
    console.log("To skip a hook once, use git's --no-verify.");
  });
