import { execFileSync } from "node:child_process";
import { projectPath } from "../../config/project";

export interface ListedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly long?: string; readonly description: string }[];
}

/** Every command of the program, loaded in a process of its own. */
export function listedCommands(): readonly ListedCommand[] {
  const script = projectPath("__tests__/cli/list-commands.ts");
  const printed = execFileSync(process.execPath, ["--import", "tsx", script], { cwd: projectPath(), encoding: "utf8" });
  return JSON.parse(printed) as ListedCommand[];
}
