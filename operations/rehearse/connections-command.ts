import { join } from "node:path";
import { runProcess } from "../terraform/process";

/**
 * Runs `npm run connections`; what it prints.
 *
 * @param project folder of the project, absolute
 * @param env whole environment of the command
 * @throws Error with what it says, if it fails
 */
export async function connectionsCommand(
  project: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<string> {
  const script = join(project, "operations/connections/main.ts");
  const { exitCode, stderr, stdout } = await runProcess(process.execPath, ["--import", "tsx", script, ...args], {
    cwd: project,
    env,
  });
  if (exitCode !== 0) throw new Error(`npm run connections -- ${args.join(" ")} failed: ${stderr}`);
  return stdout;
}
