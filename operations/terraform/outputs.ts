import { findTerraform } from "./binary";
import { runProcess } from "./process";

/**
 * Reads a stack's outputs from its state.
 *
 * @param stackDirectory an initialized directory, e.g. `cdktf.out/stacks/network-dev`
 * @param env environment with the credentials that reach the state
 * @returns values by output name; never print them whole, secret ones are among them
 * @throws Error with Terraform's own words, e.g. if the directory isn't initialized
 */
export async function readOutputs(
  stackDirectory: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Record<string, unknown>> {
  const { command } = await findTerraform(env);
  const result = await runProcess(command, ["output", "-json", "-no-color"], { cwd: stackDirectory, env });
  if (result.exitCode !== 0) throw new Error(`can't read the outputs of ${stackDirectory}: ${result.stderr.trim()}`);
  return outputValues(result.stdout);
}

/** Takes the values out of what `terraform output -json` prints. */
export function outputValues(printed: string): Record<string, unknown> {
  const outputs = JSON.parse(printed) as Record<string, { readonly value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
