import { unknownName } from "../config/closest";
import { environmentNamed } from "../config/environment-named";
import type { Configuration, Consumer, Environment } from "../config/schema";
import { PROVIDER_STACKS, stackId } from "../config/stack-ids";
import type { SynthesizedStack } from "../synth/stacks";

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
  const known = all.map((stack) => stack.id);
  const strange = ids.find((id) => !known.includes(id));
  if (strange !== undefined) throw new Error(unknownName("stack", strange, known));
  const wanted = ids.length > 0 ? ids : PROVIDER_STACKS.map((stack) => stackId(stack, environment));
  return all.filter(({ id }) => wanted.includes(id));
}

/**
 * Refuses stack ids that no stack of an environment and its consumers can have, before anything is synthesized.
 *
 * @throws Error with the ids that are possible
 */
export function refuseUnknownStacks(
  ids: readonly string[],
  environment: Environment,
  consumers: readonly Consumer[],
): void {
  const known = [
    ...PROVIDER_STACKS.map((name) => stackId(name, environment)),
    ...consumers.map((consumer) => stackId("consumer-endpoint", consumer)),
  ];
  const strange = ids.find((id) => !known.includes(id));
  if (strange !== undefined) throw new Error(unknownName("stack", strange, known));
}
