import { type ConnectionOptions, createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import type { DatabaseSettings, ServerSettings } from "../settings";
import { authorities } from "./authorities";
import { type Database, ITEMS, type Item } from "./database";

/** How to connect: always TLS, and the server's certificate must name the host. */
export function mysqlConnectionOptions(settings: DatabaseSettings): ConnectionOptions {
  const ca = [authorities(settings)].flat();
  return {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    database: settings.DATABASE_NAME,
    user: settings.DATABASE_USERNAME,
    password: settings.DATABASE_PASSWORD,
    charset: "utf8mb4",
    // verifyIdentity: without it the driver takes a certificate of any host of these authorities.
    ssl: { ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: "TLSv1.2" },
    connectTimeout: 5_000,
    enableKeepAlive: true,
  };
}

/** Code of an error of the server or the driver, e.g. `ER_NO_SUCH_TABLE`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;

export class MysqlDatabase implements Database {
  private readonly pool: Pool;

  constructor(settings: NonNullable<ServerSettings["database"]>) {
    // The pool drops connections that break while they are idle, and opens new ones.
    this.pool = createPool({ ...mysqlConnectionOptions(settings), connectionLimit: settings.DATABASE_POOL_SIZE });
  }

  async listItems(): Promise<readonly Item[] | undefined> {
    try {
      const [rows] = await this.pool.query<(Item & RowDataPacket)[]>({ sql: ITEMS, timeout: 5_000 });
      return rows;
    } catch (error) {
      if (codeOf(error) === "ER_NO_SUCH_TABLE") return undefined;
      throw error;
    }
  }

  async checkTls(): Promise<void> {
    const [rows] = await this.pool.query<RowDataPacket[]>({
      sql: "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
      timeout: 5_000,
    });
    if (!rows[0]?.Value) throw new Error("connection without TLS");
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}
