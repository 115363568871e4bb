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
  if (result.exitCode !== 0) {
    // Terraform's own advice on backends is left out: one of its two flags moves the state.
    const [first = "no reason given"] = result.stderr.split("\n").filter((line) => /^.{0,4}Error: /.test(line));
    throw new Error(
      `cannot read the outputs of ${stackDirectory}: ${first.replace(/^.{0,4}Error: /, "")}\n  next: leave --outdir out; the stack is then initialized, and nothing else is changed`,
    );
  }
  return outputValues(result.stdout);
}

/** Takes the values out of what `terraform output -json` prints. */
export function outputValues(printed: string): Record<string, unknown> {
  const outputs = JSON.parse(printed) as Record<string, { readonly value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
