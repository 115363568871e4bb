import { z } from "zod";

const integer = (minimum: number, maximum: number) => {
  const allowed = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(allowed).int(allowed).min(minimum, allowed).max(maximum, allowed);
};
const port = integer(1, 65535);
const REQUIRED = "must not be empty";
const text = z.string(REQUIRED).trim().min(1, REQUIRED);
const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"] as const;

const databaseVariables = z.object({
  DATABASE_HOST: text,
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: text,
  DATABASE_USERNAME: text,
  DATABASE_PASSWORD: z.string(REQUIRED).min(1, REQUIRED),
  DATABASE_CA_FILE: text.optional(),
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(", ")}`).default("info"),
});

const serverVariables = databaseVariables.extend({
  PORT: port.default(8080),
  FILE_SYSTEM_PATH: text.startsWith("/", "must be an absolute path"),
  STATIC_BUCKET: text,
  AWS_REGION: text,
  DRAIN_SECONDS: integer(1, 110).default(20),
});

/** What the data load needs; the names are those of the environment variables. */
export type DatabaseSettings = z.output<typeof databaseVariables>;

/** What the server needs; the names are those of the environment variables. */
export type ServerSettings = z.output<typeof serverVariables>;

/** Names every variable that is wrong, with what was given and what is allowed. */
export class SettingsError extends Error {}

/** @throws SettingsError */
export function databaseSettings(environment: NodeJS.ProcessEnv): DatabaseSettings {
  return parse(databaseVariables, environment);
}

/** @throws SettingsError */
export function serverSettings(environment: NodeJS.ProcessEnv): ServerSettings {
  return parse(serverVariables, environment);
}

function parse<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name}: ${given(name, environment[name])}, ${issue.message}`;
  });
  throw new SettingsError(`environment variables are wrong: ${problems.join("; ")}`);
}

function given(name: string, value: string | undefined): string {
  if (value === undefined) return "not set";
  return /PASSWORD|USERNAME/.test(name) ? "set" : `given ${JSON.stringify(value)}`;
}
