import type { Configuration, Environment } from "../config/schema";

/** @throws Error that names those there are, if there is no such environment */
export function environmentNamed({ environments }: Pick<Configuration, "environments">, name: string): Environment {
  const environment = environments.find((each) => each.name === name);
  if (environment !== undefined) return environment;
  const names = environments.map((each) => each.name).join(", ") || "none";
  throw new Error(`no environment "${name}" in config/environments; there are: ${names}`);
}
