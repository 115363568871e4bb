import { applyStack } from "../../engine/apply-stack";
import type { Terraform } from "../../engine/terraform/terraform";
import type { RehearsedStack } from "../lab/stack-directories";
import { connectionsCommand } from "./connections-command";
import type { Alongside } from "./stack-runs";

export interface AcceptOptions {
  /** Folder of the project, absolute. */
  readonly project: string;
  /** Name of the environment whose service the consumers use. */
  readonly environment: string;
  /** Folder that the stacks were synthesized to, absolute. */
  readonly outdir: string;
  /** Whole environment of a command that works in the emulator with the provider's account. */
  readonly env: NodeJS.ProcessEnv;
  readonly terraform: Terraform;
}

/**
 * If the service requires acceptance: the provider accepts each consumer's endpoint, and the consumer applies again, as its
 * output says.
 */
export function acceptSteps(consumers: readonly RehearsedStack[], options: AcceptOptions): Alongside[] {
  const { env, environment, outdir, project, terraform } = options;
  return consumers.map((consumer) => ({
    title: `Accept ${consumer.id}`,
    dependencies: [consumer.id],
    run: async (update) => {
      const { endpointId } = await terraform.outputs(consumer);
      const args = ["--env", environment, "--outdir", outdir, "accept", String(endpointId)];
      await connectionsCommand(project, env, args);
      await applyStack(terraform, consumer, { onProgress: update });
      return `${endpointId} accepted, applied again`;
    },
  }));
}
