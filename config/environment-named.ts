import { unknownName } from "./closest";
import type { Configuration, Consumer, Environment } from "./schema";

/**
 * The one of a name.
 *
 * @param kind in words, e.g. `environment`
 * @throws Error that names those there are, and the one that was probably meant, if there is none of that name
 */
export function named<T extends { readonly name: string }>(kind: string, all: readonly T[], name: string): T {
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  throw new Error(unknownName(kind, name, names));
}

export function environmentNamed({ environments }: Pick<Configuration, "environments">, name: string): Environment {
  if (environments.length === 0) {
    throw new Error(
      `no environment "${name}", and no other: npx ecs-privatelink new environment writes one. Consumers alone need none, and no command that asks for --env: npx ecs-privatelink synth, then deploy their stacks (docs/consumer.md)`,
    );
  }
  return named("environment", environments, name);
}

/**
 * Consumers that use an environment: those that are asked for, or all.
 *
 * @throws Error that names those there are, if one of them does not exist or uses another environment
 */
export function consumersNamed(
  { consumers }: Pick<Configuration, "consumers">,
  environment: string,
  wanted?: readonly string[],
): Consumer[] {
  const linked = consumers.filter(({ service }) => service.environment === environment);
  return wanted?.map((name) => named(`consumer of ${environment}`, linked, name)) ?? linked;
}
