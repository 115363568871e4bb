import { cpSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../../config/project";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { findTerraform } from "../../../engine/terraform/binary";
import type { Interruption } from "../../../engine/terraform/interruption";
import { requiredProviders } from "../../../engine/terraform/mirrors";
import { runProcess } from "../../../engine/terraform/process";
import { prepareProviders, whyNotInstalled } from "../../../engine/terraform/providers";

/** What came of validating: whether it could be done here, and what Terraform found. */
export type Validation =
  | { readonly validatedWith: string; readonly errors: readonly string[] }
  | { readonly skippedBecause: string };

interface Said {
  readonly diagnostics: readonly { readonly severity: string; readonly summary: string; readonly detail: string }[];
}

/**
 * Validates a folder's Terraform with the providers that it asks for. Works in a copy: the folder is the user's to
 * initialize.
 *
 * @param definition the Terraform JSON in the folder
 */
export async function validateFolder(
  folder: string,
  definition: unknown,
  interruption: Interruption,
): Promise<Validation> {
  let binary: Awaited<ReturnType<typeof findTerraform>>;
  try {
    binary = await findTerraform();
  } catch (error) {
    return { skippedBecause: (error as Error).message };
  }
  const requirements = requiredProviders([definition]);
  const providers = await prepareProviders({
    binary,
    requirements,
    folder: projectPath(".rehearsal/providers"),
    interruption,
  });
  const [missing] = providers.missing;
  if (missing !== undefined) {
    return { skippedBecause: whyNotInstalled(missing) };
  }
  return inTemporaryFolder("validate", async (copy) => {
    cpSync(join(folder, "workspaces.tf.json"), join(copy, "workspaces.tf.json"));
    const env = { ...process.env, ...providers.env };
    const run = (...args: string[]) => runProcess(binary.command, args, { cwd: copy, env, interruption });
    const init = await run("init", "-backend=false", "-input=false", "-no-color");
    if (init.exitCode !== 0) return { skippedBecause: `terraform init failed: ${init.stderr.trim()}` };
    const { diagnostics } = JSON.parse((await run("validate", "-json")).stdout) as Said;
    return {
      validatedWith: requirements.map(({ source, version }) => `${source} ${version}`).join(", "),
      errors: diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ summary, detail }) => `${summary}: ${detail}`),
    };
  });
}
