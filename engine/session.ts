import { join } from "node:path";
import { projectPath } from "../config/project";
import type { Configuration } from "../config/schema";
import { readStackJson, type SynthesizedStack } from "../synth/stacks";
import { OUTDIR, synthesize } from "../synth/synthesize";
import type { Show } from "./run-stacks";
import { show as showPlainly } from "./show";
import { findTerraform } from "./terraform/binary";
import type { Interruption } from "./terraform/interruption";
import { requiredProviders } from "./terraform/mirrors";
import { prepareProviders, whyNotInstalled } from "./terraform/providers";
import { Terraform } from "./terraform/terraform";

/** What a command works with that touches a real account. */
export interface Session<T extends SynthesizedStack = SynthesizedStack> {
  readonly terraform: Terraform;
  /** The command's stacks, in order. */
  readonly stacks: readonly T[];
  /** Folder with one log per stack and phase. */
  readonly logs: string;
}

interface SessionOptions {
  /** Plans are looked at and never applied: they take no lock, so that they neither wait for a deployment nor stop one. */
  readonly readOnly?: boolean;
  /** Providers are installed for plans; a state is read without any. @default true */
  readonly withProviders?: boolean;
  /** How long to wait for a lock that another run holds, as Terraform writes durations. Default: `LOCK_TIMEOUT`. */
  readonly lockTimeout?: string;
  /** Shows the progress; by default under a heading without a number. */
  readonly show?: Show;
}

/** Longer than a stack's plan and most applies take: two deployments wait for each other instead of failing. */
export const LOCK_TIMEOUT = "10m";

/**
 * Synthesizes a configuration, and gets Terraform ready, with the providers that the command's stacks use. Credentials
 * are those of the environment.
 *
 * @param choose the command's stacks among all of the configuration
 * @throws Error if Terraform is missing or a provider can't be installed
 */
export async function openSession<T extends SynthesizedStack>(
  configuration: Configuration,
  choose: (all: readonly SynthesizedStack[]) => readonly T[],
  interruption: Interruption,
  { lockTimeout = LOCK_TIMEOUT, readOnly = false, withProviders = true, show = showPlainly }: SessionOptions = {},
): Promise<Session<T>> {
  const stacks = choose(synthesize(configuration));
  const logs = join(OUTDIR, "logs");
  let terraform: Terraform | undefined;
  await show("Prepare", [
    {
      title: "Terraform",
      run: async (onProgress) => {
        const binary = await findTerraform();
        const providers = await prepareProviders({
          binary,
          requirements: withProviders ? requiredProviders(stacks.map(readStackJson)) : [],
          folder: projectPath(".rehearsal/providers"),
          onProgress,
          interruption,
        });
        const [missing] = providers.missing;
        if (missing !== undefined) throw new Error(whyNotInstalled(missing));
        const env = { ...process.env, ...providers.env };
        terraform = new Terraform({
          binary,
          env,
          logFolder: logs,
          lockFile: providers.lockFile,
          interruption,
          lockTimeout,
          lockPlans: !readOnly,
        });
        return binary.product === "Terraform" ? binary.version : `${binary.product} ${binary.version}`;
      },
    },
  ]);
  if (terraform === undefined) throw new Error("Terraform is not ready");
  return { terraform, stacks, logs };
}
