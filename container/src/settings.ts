import { z } from "zod";

const port = z.coerce.number().int().min(1).max(65535);
const text = z.string().trim().min(1);

const databaseVariables = z.object({
  DATABASE_HOST: text,
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: text,
  DATABASE_USERNAME: text,
  DATABASE_PASSWORD: z.string().min(1),
  DATABASE_CA_FILE: text.optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
});

const serverVariables = databaseVariables.extend({
  PORT: port.default(8080),
  FILE_SYSTEM_PATH: text.startsWith("/", "must be an absolute path"),
  STATIC_BUCKET: text,
  AWS_REGION: text,
  DRAIN_SECONDS: z.coerce.number().int().min(1).max(110).default(20),
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
    return `${name}: ${given(name, environment[name])}, ${issue.message.toLowerCase()}`;
  });
  throw new SettingsError(`environment variables are wrong: ${problems.join("; ")}`);
}

function given(name: string, value: string | undefined): string {
  if (value === undefined) return "not set";
  return /PASSWORD|USERNAME/.test(name) ? "set" : `given ${JSON.stringify(value)}`;
}
