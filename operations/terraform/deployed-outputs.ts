import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StackName } from "../../stacks/base";
import { readOutputs } from "./outputs";

/**
 * Outputs of a stack that a command needs to be deployed.
 *
 * @param name name of the stack, e.g. `compute`
 * @param owner environment or consumer, e.g. `dev`
 * @param outdir folder that CDKTF synthesized into
 * @param read gives a stack directory's outputs
 * @returns none where the stack is not deployed
 * @throws Error that says what to do if the stack is not synthesized or its directory not initialized
 */
export async function deployedOutputs(
  name: StackName,
  owner: string,
  outdir: string,
  read: (stackDirectory: string) => Promise<Record<string, unknown>> = readOutputs,
): Promise<Record<string, unknown>> {
  const stack = `${name}-${owner}`;
  const directory = join(outdir, "stacks", stack);
  if (!existsSync(directory)) {
    throw new Error(
      `${directory} not found: is there an environment "${owner}"? If so: npx cdktf synth, then npx cdktf deploy ${stack}`,
    );
  }
  return read(directory).catch((error: Error) => {
    throw new Error(`${error.message}\nif this machine has not deployed the stack: terraform -chdir=${directory} init`);
  });
}
