import { existsSync, readdirSync } from "node:fs";
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
    const there = synthesized(name, outdir).join(", ") || "none";
    throw new Error(
      `${directory} not found; in ${outdir} there are: ${there}. If "${owner}" has a file in config: npx cdktf synth, then npx cdktf deploy ${stack}`,
    );
  }
  return read(directory).catch((error: Error) => {
    throw new Error(`${error.message}\nif this machine has not deployed the stack: terraform -chdir=${directory} init`);
  });
}

/** Ids of the synthesized stacks of a kind. */
function synthesized(name: StackName, outdir: string): string[] {
  const stacks = join(outdir, "stacks");
  return existsSync(stacks) ? readdirSync(stacks).filter((id) => id.startsWith(`${name}-`)) : [];
}
