import { join } from "node:path";
import type { Environment } from "../../config/schema";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { count } from "../../engine/words";
import { readStackJson, readStacks } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { layFoundation } from "../lab/foundation";
import { rehearsable, theEnvironment } from "../lab/rehearsable";
import type { RehearsalOptions } from "./rehearsal";

/** Headings of a rehearsal, for `showPhases`; one that is kept ends after Verify. */
const PHASES = { all: 8, kept: 4, upgrade: 5, quick: 5 } as const;

/** What exists already is created in a phase of its own. */
export const phases = (kind: keyof typeof PHASES, { network }: Environment): number =>
  PHASES[kind] + (network.existing ? 1 : 0);

/**
 * Applies every stack of an environment and its consumers to an emulated AWS, looks at the result, and takes it down.
 *
 * @throws the first error that makes going on pointless, e.g. the TerraformError of a stack that could not be applied
 */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const started: (() => Promise<void>)[] = [];
  const begin = Date.now();
  try {
    const asDeployed = join(options.run.path, "as-deployed");
    const { configuration } = rehearsable(options.configuration, options, {});
    await options.show("Synthesize", [
      {
        title: "Terraform JSON",
        run: async () => {
          synthesize(configuration, asDeployed);
          return count(readStacks(asDeployed).length, "stack");
        },
      },
    ]);
    const foundation = await layFoundation({
      ...options,
      environment: theEnvironment(configuration),
      requirements: requiredProviders(readStacks(asDeployed).map(readStackJson)),
      show: (steps) => options.show("Prepare", steps),
      onStarted: (stop) => started.push(stop),
    });
    // Only now, since the packages that it imports may just have been installed.
    const { rehearseOn } = await import("./on-foundation");
    await rehearseOn(foundation, options, asDeployed);
  } finally {
    for (const stop of started.reverse()) await stop();
    options.report.seconds = (Date.now() - begin) / 1000;
  }
}
