import * as z from "zod";

const integer = (minimum: number, maximum: number) => {
  const allowed = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(allowed).int(allowed).min(minimum, allowed).max(maximum, allowed);
};
const port = integer(1, 65535);
const REQUIRED = "must not be empty";
const text = z.string(REQUIRED).trim().min(1, REQUIRED);
const LEVELS = ["fatal", "error", "warn", "info", "debug", "trace"] as const;

const MODES = ["verify", "passthrough"] as const;

const ENGINES = ["postgres", "mysql"] as const;

const databaseVariables = z.object({
  DATABASE_ENGINE: z.enum(ENGINES, `must be one of ${ENGINES.join(", ")}`).default("postgres"),
  DATABASE_HOST: text,
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: text,
  DATABASE_USERNAME: text,
  DATABASE_PASSWORD: z.string(REQUIRED).min(1, REQUIRED),
  DATABASE_CA_FILE: text.optional(),
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(", ")}`).default("info"),
});

const poolVariables = databaseVariables.extend({ DATABASE_POOL_SIZE: integer(1, 1000).default(5) });

/** A task has variables of the parts that its environment has: a database, a file system, a bucket. */
const serverVariables = z.object({
  PORT: port.default(8080),
  FILE_SYSTEM_PATH: text.startsWith("/", "must be an absolute path").optional(),
  STATIC_BUCKET: text.optional(),
  STATIC_PREFIX: text.endsWith("/", "must end with a slash").optional(),
  AWS_REGION: text,
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(", ")}`).default("info"),
  DRAIN_SECONDS: integer(1, 115).default(20),
  KEEP_ALIVE_SECONDS: integer(1, 4015).default(75),
  MUTUAL_TLS: z.enum(MODES, `must be one of ${MODES.join(", ")}`).optional(),
});

/** What the data load needs; the names are those of the environment variables. */
export type DatabaseSettings = z.output<typeof databaseVariables>;

/** What the server needs; the names are those of the environment variables. */
export type ServerSettings = z.output<typeof serverVariables> & {
  /** Only where `DATABASE_HOST` is set. */
  readonly database?: z.output<typeof poolVariables>;
};

/** Names every variable that is wrong, with what was given and what is allowed. */
export class SettingsError extends Error {}

/** @throws SettingsError */
export function databaseSettings(environment: NodeJS.ProcessEnv): DatabaseSettings {
  return parse(databaseVariables, environment);
}

/** @throws SettingsError */
export function serverSettings(environment: NodeJS.ProcessEnv): ServerSettings {
  if (environment.DATABASE_HOST === undefined) return parse(serverVariables, environment);
  const all = parse(serverVariables.extend(poolVariables.shape), environment);
  return { ...all, database: all };
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
