import { InvalidArgumentError } from "commander";
import type { Configuration, Consumer, Environment } from "../../config/schema";

/**
 * An environment, and of the consumers that name it those that are asked for, or all.
 *
 * @throws InvalidArgumentError where one is not there
 */
export function choose(
  { consumers, environments }: Configuration,
  { consumer: wanted, env }: { readonly env: string; readonly consumer?: readonly string[] },
): { environment: Environment; consumers: Consumer[] } {
  const environment = environments.find(({ name }) => name === env);
  if (!environment) {
    throw new InvalidArgumentError(
      `no environment ${env} in config/environments: choose one of ${environments.map(({ name }) => name).join(", ")}`,
    );
  }
  const linked = consumers.filter(({ service }) => service.environment === env);
  const strange = wanted?.find((name) => !linked.some((consumer) => consumer.name === name));
  if (strange !== undefined) {
    const names = linked.map(({ name }) => name).join(", ") || "none";
    throw new InvalidArgumentError(
      `no consumer ${strange} with service.environment ${env}: those that are there: ${names}`,
    );
  }
  return { environment, consumers: wanted ? linked.filter(({ name }) => wanted.includes(name)) : linked };
}
