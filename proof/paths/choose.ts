import { consumersNamed, environmentNamed } from "../../config/environment-named";
import type { Configuration, Consumer, Environment } from "../../config/schema";

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
  return { environment, consumers: consumersNamed(configuration, env, wanted) };
}
