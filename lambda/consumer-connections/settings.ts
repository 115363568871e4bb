import type { Consumer } from "./decide";

/** Names of the function's environment variables. The construct writes them, {@link readSettings} reads them. */
export const VARIABLES = {
  serviceId: "SERVICE_ID",
  consumers: "CONSUMERS",
  stateTable: "STATE_TABLE",
  dryRun: "DRY_RUN",
} as const;

/** Partition key of the table that keeps the grants; its value is the id of the endpoint service. */
export const STATE_TABLE_KEY = "serviceId";

export interface Settings {
  /** `vpce-svc-…` */
  readonly serviceId: string;
  readonly consumers: readonly Consumer[];
  /** DynamoDB table of the grants. */
  readonly stateTable: string;
  readonly dryRun: boolean;
}

export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the settings from environment variables.
 *
 * @throws {SettingsError} that names every wrong variable, what was given and what is allowed.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const refuse = (variable: string, allowed: string): void => {
    const given = environment[variable];
    problems.push(`${variable}: expected ${allowed}, got ${given === undefined ? "nothing" : JSON.stringify(given)}`);
  };
  const text = (variable: string, pattern: RegExp, allowed: string): string => {
    const given = environment[variable] ?? "";
    if (!pattern.test(given)) refuse(variable, allowed);
    return given;
  };
  const consumers = parseConsumers(environment[VARIABLES.consumers]);
  if (consumers === undefined)
    refuse(
      VARIABLES.consumers,
      "a JSON list of consumers, those that are accepted automatically without an account of another",
    );
  const settings = {
    serviceId: text(VARIABLES.serviceId, /^vpce-svc-[0-9a-f]+$/, "the id of an endpoint service"),
    consumers: consumers ?? [],
    stateTable: text(VARIABLES.stateTable, /^[\w.-]{3,255}$/, "the name of a DynamoDB table"),
    dryRun: text(VARIABLES.dryRun, /^(true|false)$/, "true or false") === "true",
  };
  if (problems.length > 0) throw new SettingsError(`environment variables are wrong:\n${problems.join("\n")}`);
  return settings;
}

function parseConsumers(given: string | undefined): Consumer[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(given ?? "");
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || !parsed.every(isConsumer)) return undefined;
  // With an account in two consumers, the count of one of them would not hold.
  const shared = parsed.some(
    ({ accounts, automatically, name }) =>
      automatically &&
      parsed.some((other) => other.name !== name && other.accounts.some((account) => accounts.includes(account))),
  );
  return shared ? undefined : parsed;
}

function isConsumer(value: unknown): value is Consumer {
  if (typeof value !== "object" || value === null) return false;
  const { accounts, atMostEndpoints, automatically, name, rejectAfterExpiry, until } = value as Partial<Consumer>;
  return (
    typeof name === "string" &&
    Array.isArray(accounts) &&
    accounts.every((account) => /^\d{12}$/.test(String(account))) &&
    typeof automatically === "boolean" &&
    typeof rejectAfterExpiry === "boolean" &&
    Number.isInteger(atMostEndpoints) &&
    (until === undefined || (/^\d{4}-\d\d-\d\d$/.test(until) && !Number.isNaN(Date.parse(until))))
  );
}
