import type { Environment } from "./schema";

type Options = Environment["data"]["database"];

/** What RDS and the engine say of an engine. */
export interface DatabaseEngine {
  /** As people call it. */
  readonly title: string;
  /** Versions that the project knows; a major version alone leaves minor ones to RDS. */
  readonly versions: RegExp;
  readonly versionsInWords: string;
  /** The major version of one that has no minor one, e.g. `17`, `8.4`. */
  readonly major: RegExp;
  readonly version: string;
  readonly port: number;
  /** Logs that RDS exports to CloudWatch Logs. */
  readonly logTypes: readonly string[];
  /** Bytes of an instance's memory for each connection that it takes by default, and the most that it takes. */
  readonly connections: { readonly bytesEach: number; readonly most: number };
}

/** Sources: Amazon RDS User Guide, "PostgreSQL database log files", "MySQL database log files", "Quotas and constraints for Amazon RDS". */
export const databaseEngines: Readonly<Record<Options["engine"], DatabaseEngine>> = {
  postgres: {
    title: "PostgreSQL",
    versions: /^1[5-8](\.\d+)?$/,
    versionsInWords: "a PostgreSQL version from 15 to 18, e.g. '17' or '17.4'",
    major: /^\d+/,
    version: "17",
    port: 5432,
    logTypes: ["postgresql", "upgrade"],
    connections: { bytesEach: 9_531_392, most: 5000 },
  },
  mysql: {
    title: "MySQL",
    versions: /^8\.[04](\.\d+)?$/,
    versionsInWords: "MySQL 8.0 or 8.4, e.g. '8.4' or '8.4.5'",
    major: /^\d+\.\d+/,
    version: "8.4",
    port: 3306,
    logTypes: ["error", "slowquery"],
    connections: { bytesEach: 12_582_880, most: 16_000 },
  },
};

export const databaseEngine = ({ engine }: Pick<Options, "engine">): DatabaseEngine => databaseEngines[engine];

/** The version that is configured, or the engine's default. */
export const engineVersion = (options: Pick<Options, "engine" | "engineVersion">): string =>
  options.engineVersion ?? databaseEngine(options).version;

/** e.g. `17`, `8.4`. */
export const majorVersion = (options: Pick<Options, "engine" | "engineVersion">): string =>
  databaseEngine(options).major.exec(engineVersion(options))?.[0] ?? "";

/** Last part of the parameter group's name. The major version in it lets the next one be created before this one goes. */
export const parameterGroup = (options: Pick<Options, "engine" | "engineVersion">): string =>
  `${options.engine}${majorVersion(options)}`.replace(".", "");

/** The port that is configured, or the engine's own. */
export const databasePort = (options: Pick<Options, "engine" | "port">): number =>
  options.port ?? databaseEngine(options).port;
