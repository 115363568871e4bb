import { type ClientConfig, DatabaseError, Pool } from "pg";
import type { DatabaseSettings, ServerSettings } from "../settings";
import { authorities } from "./authorities";
import { type Database, ITEMS, type Item } from "./database";

// https://www.postgresql.org/docs/current/errcodes-appendix.html: undefined_table
const UNDEFINED_TABLE = "42P01";

/** How to connect: always TLS, and the server's certificate must name the host. */
export function connectionOptions(settings: DatabaseSettings): ClientConfig {
  return {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    database: settings.DATABASE_NAME,
    user: settings.DATABASE_USERNAME,
    password: settings.DATABASE_PASSWORD,
    ssl: { ca: authorities(settings), rejectUnauthorized: true },
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  };
}

export class PostgresDatabase implements Database {
  private readonly pool: Pool;

  constructor(settings: NonNullable<ServerSettings["database"]>, onLost: (error: Error) => void) {
    this.pool = new Pool({
      ...connectionOptions(settings),
      max: settings.DATABASE_POOL_SIZE,
      query_timeout: 5_000,
      application_name: "sample-application",
    });
    // Idle connections break when the database fails over; the pool opens new ones by itself.
    this.pool.on("error", onLost);
  }

  async listItems(): Promise<readonly Item[] | undefined> {
    try {
      return (await this.pool.query<Item>(ITEMS)).rows;
    } catch (error) {
      if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return undefined;
      throw error;
    }
  }

  async checkTls(): Promise<void> {
    const { rows } = await this.pool.query<{ ssl: boolean }>(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    if (rows[0]?.ssl !== true) throw new Error("connection without TLS");
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}
