import { applyStack } from "../deploy/apply-stack";
import type { Terraform } from "../terraform/terraform";
import { connectionsCommand } from "./connections-command";
import type { RehearsedStack } from "./stack-directories";
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
 * Where the service lets nobody in unasked: the provider accepts each consumer's endpoint, and the consumer applies once
 * more, as its output tells it to.
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
