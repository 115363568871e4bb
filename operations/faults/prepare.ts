import { join } from "node:path";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { ensurePythonEnvironment } from "../emulator/emulator";
import type { Foundation } from "../rehearse/foundation";
import { synthesize } from "../rehearse/stack-directories";
import { show } from "../show";
import { findTerraform } from "../terraform/binary";
import type { Interruption } from "../terraform/interruption";
import { requiredProviders } from "../terraform/mirrors";
import { prepareProviders } from "../terraform/providers";
import { readStackJson, readStacks } from "../terraform/stacks";

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
        if (aws !== undefined) {
          throw new Error(
            `${aws.requirement.source} can't be installed: ${aws.why}; name a folder that holds it in TF_PROVIDER_MIRROR`,
          );
        }
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
