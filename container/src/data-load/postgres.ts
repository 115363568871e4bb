import { PG_MIGRATE_LOCK_ID } from "node-pg-migrate";
import { Client, DatabaseError } from "pg";
import type { Logger } from "pino";
import { serverName } from "../database/database";
import { connectionOptions } from "../database/postgres";
import type { DatabaseSettings } from "../settings";
import { ConnectionError, type Load } from "./load";
import { migrate } from "./postgres-migrations";
import { runScript } from "./postgres-script";
import { refuseTransactionControl, type Script } from "./script";

export class PostgresLoad implements Load {
  private constructor(private readonly client: Client) {}

  static async connect(settings: DatabaseSettings): Promise<PostgresLoad> {
    const client = new Client({ ...connectionOptions(settings), application_name: "load-data" });
    try {
      await client.connect();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // https://www.postgresql.org/docs/current/errcodes-appendix.html: class 28, invalid authorization
      const hint =
        error instanceof DatabaseError && error.code?.startsWith("28")
          ? ": user name and password of the secret are not those of the database"
          : "";
      throw new ConnectionError(`can't connect to ${serverName(settings)}: ${reason}${hint}`);
    }
    // A lost connection also fails the query that is running, which says so.
    client.on("error", () => {});
    // A load that was killed must not go on inside the database and hold the lock.
    await client.query("SET client_connection_check_interval = '2s'");
    return new PostgresLoad(client);
  }

  /** The same lock that node-pg-migrate takes; it ends with the connection. */
  async takeLock(seconds: number, log: Logger): Promise<void> {
    const { rows } = await this.client.query("SELECT pg_try_advisory_lock($1) AS taken", [PG_MIGRATE_LOCK_ID]);
    if (rows[0].taken === true) return;
    log.info(`another data load is running: waiting for it, at most ${seconds} s`);
    await this.client.query(`SET lock_timeout = '${seconds}s'`);
    await this.client.query("SELECT pg_advisory_lock($1)", [PG_MIGRATE_LOCK_ID]);
    await this.client.query("RESET lock_timeout");
  }

  migrate(...[directory, scripts, options]: Parameters<Load["migrate"]>): Promise<readonly string[]> {
    return migrate(this.client, directory, scripts, options);
  }

  async runSeed(script: Script): Promise<void> {
    refuseTransactionControl(script);
    await this.client.query("BEGIN");
    await runScript(this.client, script);
    await this.client.query("COMMIT");
  }

  end(): Promise<void> {
    return this.client.end();
  }
}
