import type { Environment } from "./schema";

type Options = Environment["data"]["database"];

/** What RDS and the engine say of an engine. */
export interface DatabaseEngine {
  /** As people call it. */
  readonly title: string;
  /** What its clients speak, and whose words and parameters it has. */
  readonly dialect: "mysql" | "postgres";
  /** A cluster of Aurora Serverless v2, and not an instance of RDS. */
  readonly isAurora: boolean;
  /** Versions that the project knows; a major version alone leaves minor ones to RDS. */
  readonly versions: RegExp;
  readonly versionsInWords: string;
  /** The major version of one that has no minor one, e.g. `17`, `8.4`. */
  readonly major: RegExp;
  readonly version: string;
  readonly port: number;
  /** Logs that RDS exports to CloudWatch Logs. */
  readonly logTypes: readonly string[];
}

/**
 * Sources: Amazon RDS User Guide, "PostgreSQL database log files", "MySQL database log files"; Amazon Aurora User Guide,
 * "Publishing database logs to Amazon CloudWatch Logs", "Supported Regions and Aurora DB engines for Aurora Serverless v2".
 */
export const databaseEngines: Readonly<Record<Options["engine"], DatabaseEngine>> = {
  postgres: {
    title: "PostgreSQL",
    dialect: "postgres",
    isAurora: false,
    versions: /^1[5-8](\.\d+)?$/,
    versionsInWords: "a PostgreSQL version from 15 to 18, e.g. '17' or '17.4'",
    major: /^\d+/,
    version: "17",
    port: 5432,
    logTypes: ["postgresql", "upgrade"],
  },
  mysql: {
    title: "MySQL",
    dialect: "mysql",
    isAurora: false,
    versions: /^8\.[04](\.\d+)?$/,
    versionsInWords: "MySQL 8.0 or 8.4, e.g. '8.4' or '8.4.5'",
    major: /^\d+\.\d+/,
    version: "8.4",
    port: 3306,
    logTypes: ["error", "slowquery"],
  },
  "aurora-postgresql": {
    title: "Aurora PostgreSQL",
    dialect: "postgres",
    isAurora: true,
    versions: /^1[5-8](\.\d+)?$/,
    versionsInWords: "an Aurora PostgreSQL version from 15 to 18, e.g. '17' or '17.4'",
    major: /^\d+/,
    version: "17",
    port: 5432,
    logTypes: ["postgresql"],
  },
  "aurora-mysql": {
    title: "Aurora MySQL",
    dialect: "mysql",
    isAurora: true,
    versions: /^8\.0(\.mysql_aurora\.3\.\d+\.\d+)?$/,
    versionsInWords: "Aurora MySQL 3, '8.0' or e.g. '8.0.mysql_aurora.3.08.0'",
    major: /^\d+\.\d+/,
    version: "8.0",
    port: 3306,
    logTypes: ["error", "slowquery"],
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

/** Identifiers of a cluster's instances, the first writer first. */
export const clusterInstances = (cluster: string, { serverless }: Pick<Options, "serverless">): string[] =>
  Array.from({ length: 1 + serverless.readers }, (_, index) => `${cluster}-${index + 1}`);
