import type { Database } from "../data/database";
import type { DatabaseCredentials } from "../data/database-credentials";

/** What a task needs to know to reach the database. */
export interface TaskDatabase {
  readonly address: string;
  readonly port: number;
  readonly name: string;
  /** Secret with `username` and `password`. */
  readonly secretArn: string;
  /** A new version is a new task definition, so that a rotated password rolls the service. */
  readonly secretVersionId: string;
}

export const taskDatabase = (database: Database, credentials: DatabaseCredentials): TaskDatabase => ({
  address: database.instance.address,
  port: database.port,
  name: database.databaseName,
  secretArn: credentials.secret.arn,
  secretVersionId: credentials.version.versionId,
});

/** Environment variables and secrets of a container that uses the database. */
export function databaseSettings(database: TaskDatabase) {
  const fromSecret = (key: string) => `${database.secretArn}:${key}::${database.secretVersionId}`;
  return {
    environment: {
      DATABASE_HOST: database.address,
      DATABASE_PORT: String(database.port),
      DATABASE_NAME: database.name,
    },
    secrets: [
      { name: "DATABASE_PASSWORD", valueFrom: fromSecret("password") },
      { name: "DATABASE_USERNAME", valueFrom: fromSecret("username") },
    ],
  };
}
