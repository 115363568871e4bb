import { join } from "node:path";
import { projectPath } from "../../config/project";
import type { Configuration } from "../../config/schema";
import { buildApp } from "../../stacks/app";
import { show } from "../show";
import { findTerraform } from "../terraform/binary";
import type { Interruption } from "../terraform/interruption";
import { requiredProviders } from "../terraform/mirrors";
import { prepareProviders } from "../terraform/providers";
import { readStackJson, readStacks, type SynthesizedStack } from "../terraform/stacks";
import { Terraform } from "../terraform/terraform";

/** What a command works with that touches a real account. */
export interface Session {
  readonly terraform: Terraform;
  /** All stacks of the configuration, in order. */
  readonly stacks: readonly SynthesizedStack[];
  /** Folder with one log per stack and phase. */
  readonly logs: string;
}

/** CDKTF's own output folder: `cdktf deploy` goes on with the same stack directories. */
const OUTDIR = projectPath("cdktf.out");

/**
 * Synthesizes a configuration, and gets Terraform and its providers ready. Credentials are those of the environment.
 *
 * @throws Error if Terraform is missing or a provider can't be installed
 */
export async function openSession(configuration: Configuration, interruption: Interruption): Promise<Session> {
  buildApp(configuration, { outdir: OUTDIR }).synth();
  const stacks = readStacks(OUTDIR);
  const logs = join(OUTDIR, "logs");
  let terraform: Terraform | undefined;
  await show("Prepare", [
    {
      title: "Terraform",
      run: async (onProgress) => {
        const binary = await findTerraform();
        const providers = await prepareProviders({
          binary,
          requirements: requiredProviders(stacks.map(readStackJson)),
          folder: projectPath(".rehearsal/providers"),
          onProgress,
          interruption,
        });
        const [missing] = providers.missing;
        if (missing !== undefined) throw new Error(`${missing.requirement.source} can't be installed: ${missing.why}`);
        const env = { ...process.env, ...providers.env };
        terraform = new Terraform({ binary, env, logFolder: logs, lockFile: providers.lockFile, interruption });
        return `${binary.product} ${binary.version}`;
      },
    },
  ]);
  if (terraform === undefined) throw new Error("Terraform is not ready");
  return { terraform, stacks, logs };
}
