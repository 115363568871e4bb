import { join } from "node:path";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { show } from "../../engine/show";
import { findTerraform } from "../../engine/terraform/binary";
import type { Interruption } from "../../engine/terraform/interruption";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { prepareProviders, whyNotInstalled } from "../../engine/terraform/providers";
import { readStackJson, readStacks } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { ensurePythonEnvironment } from "../lab/emulator";
import type { Foundation } from "../lab/foundation";

/** Terraform with its providers, and what emulators are started with. */
export async function prepare(folder: string, interruption: Interruption): Promise<Omit<Foundation, "emulator">> {
  let foundation: Omit<Foundation, "emulator"> | undefined;
  await show("Prepare", [
    {
      title: "Terraform",
      run: async (onProgress) => {
        const outdir = join(folder, "requirements");
        synthesize(loadConfiguration(), outdir);
        const binary = await findTerraform();
        const providers = await prepareProviders({
          binary,
          requirements: requiredProviders(readStacks(outdir).map(readStackJson)),
          folder: projectPath(".rehearsal", "providers"),
          onProgress,
          interruption,
        });
        const aws = providers.missing.find(({ requirement }) => requirement.source.endsWith("/aws"));
        if (aws !== undefined) throw new Error(whyNotInstalled(aws));
        foundation = { binary, providers };
        return `${binary.product} ${binary.version}`;
      },
    },
    {
      title: "Emulated AWS",
      run: async (onProgress) => {
        await ensurePythonEnvironment(onProgress);
        return undefined;
      },
    },
  ]);
  if (foundation === undefined) throw new Error("Terraform is not ready");
  return foundation;
}
