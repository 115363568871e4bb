import type { Configuration, Consumer, Environment } from "../../config/schema";
import { environmentNamed } from "../environment-named";

/**
 * An environment, and of the consumers that name it those that are asked for, or all.
 *
 * @throws Error where one is not there
 */
export function choose(
  configuration: Configuration,
  { consumer: wanted, env }: { readonly env: string; readonly consumer?: readonly string[] },
): { environment: Environment; consumers: Consumer[] } {
  const environment = environmentNamed(configuration, env);
  const linked = configuration.consumers.filter(({ service }) => service.environment === env);
  const strange = wanted?.find((name) => !linked.some((consumer) => consumer.name === name));
  if (strange !== undefined) {
    const names = linked.map(({ name }) => name).join(", ") || "none";
    throw new Error(`no consumer ${strange} with service.environment ${env}: those that are there: ${names}`);
  }
  return { environment, consumers: wanted ? linked.filter(({ name }) => wanted.includes(name)) : linked };
}
