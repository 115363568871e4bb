import type { Configuration } from "../../config/schema";
import { stackId } from "../../stacks/base";
import { environmentNamed } from "../environment-named";
import type { SynthesizedStack } from "../terraform/stacks";

const PROVIDER_SIDE = ["state-backend", "network", "data", "compute", "privatelink-service"] as const;

/**
 * The stacks that a command is about: those of an environment, or those named.
 *
 * @param all every synthesized stack, in order
 * @param ids stack ids; empty for all of the environment
 * @throws Error if there is no such environment or stack
 */
export function chooseStacks(
  all: readonly SynthesizedStack[],
  configuration: Configuration,
  name: string,
  ids: readonly string[],
): SynthesizedStack[] {
  const environment = environmentNamed(configuration, name);
  for (const id of ids) {
    if (!all.some((stack) => stack.id === id)) {
      throw new Error(`no stack "${id}"; there are: ${all.map((stack) => stack.id).join(", ")}`);
    }
  }
  const wanted = ids.length > 0 ? ids : PROVIDER_SIDE.map((stack) => stackId(stack, environment));
  return all.filter(({ id }) => wanted.includes(id));
}
