import { join } from "node:path";
import { runProcess } from "../../engine/terraform/process";

/**
 * Runs `npx ecs-privatelink connections`; what it prints.
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
  const program = join(project, "cli/ecs-privatelink.mjs");
  const { exitCode, stderr, stdout } = await runProcess(process.execPath, [program, "connections", ...args], {
    cwd: project,
    env,
  });
  if (exitCode !== 0) throw new Error(`npx ecs-privatelink connections ${args.join(" ")} failed: ${stderr}`);
  return stdout;
}
