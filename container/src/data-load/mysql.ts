import { basename } from "node:path";
import type { Connection as CallbackConnection } from "mysql2";
import { type Connection, createConnection, type QueryError, type RowDataPacket } from "mysql2/promise";
import type { Logger } from "pino";
import { serverName } from "../database/database";
import { codeOf, mysqlConnectionOptions } from "../database/mysql";
import type { DatabaseSettings } from "../settings";
import { ConnectionError, type Load } from "./load";
import { refuseChanged, refuseTransactionControl, type Script, ScriptError, sha256, statements } from "./script";

const MIGRATIONS = `
  CREATE TABLE IF NOT EXISTS migration (
    id int AUTO_INCREMENT PRIMARY KEY, name varchar(255) NOT NULL UNIQUE, sha256 char(64) NOT NULL,
    applied_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
  )`;

/**
 * Loads data into MySQL. A file runs in a transaction, but MySQL commits each statement that defines data (DDL) by itself: of
 * a file that fails, what such statements did remains.
 * Source: https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
 */
export class MysqlLoad implements Load {
  private constructor(
    private readonly connection: Connection,
    private readonly database: string,
  ) {}

  static async connect(settings: DatabaseSettings): Promise<MysqlLoad> {
    try {
      const connection = await createConnection({ ...mysqlConnectionOptions(settings), multipleStatements: true });
      // A lost connection also fails the query that is running, which says so.
      connection.on("error", () => {});
      return new MysqlLoad(connection, settings.DATABASE_NAME);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const hint =
        codeOf(error) === "ER_ACCESS_DENIED_ERROR"
          ? ": user name and password of the secret are not those of the database"
          : "";
      throw new ConnectionError(`can't connect to ${serverName(settings)}: ${reason}${hint}`);
    }
  }

  /** A lock of the server, so the database is in its name; it ends with the connection. */
  async takeLock(seconds: number, log: Logger): Promise<void> {
    if (await this.lock(0)) return;
    log.info(`another data load is running: waiting for it, at most ${seconds} s`);
    if (!(await this.lock(seconds))) throw new Error(`another data load did not end within ${seconds} s`);
  }

  async migrate(
    _directory: string,
    scripts: readonly Script[],
    { dryRun, log }: Parameters<Load["migrate"]>[2],
  ): Promise<readonly string[]> {
    scripts.forEach(refuseTransactionControl);
    const applied = await this.applied();
    refuseChanged(applied, scripts);
    const missing = scripts.filter(({ name }) => !applied.has(name));
    if (!dryRun) {
      await this.connection.query(MIGRATIONS);
      for (const script of missing) {
        log.info(`migration ${script.name}`);
        await this.run(script, () =>
          this.connection.query("INSERT INTO migration (name, sha256) VALUES (?, ?)", [script.name, sha256(script)]),
        );
      }
    }
    return missing.map(({ name }) => basename(name, ".sql"));
  }

  async runSeed(script: Script): Promise<void> {
    refuseTransactionControl(script);
    await this.run(script, async () => {});
  }

  end(): Promise<void> {
    return this.connection.end();
  }

  private async lock(seconds: number): Promise<boolean> {
    const [rows] = await this.connection.query<RowDataPacket[]>("SELECT GET_LOCK(?, ?) AS taken", [
      // At most 64 characters, as a database name may have alone.
      `load-data ${this.database}`.slice(0, 64),
      seconds,
    ]);
    return rows[0]?.taken === 1;
  }

  /** Files that were applied, with their hashes. */
  private async applied(): Promise<Map<string, string>> {
    try {
      const [rows] = await this.connection.query<RowDataPacket[]>("SELECT name, sha256 FROM migration");
      return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
    } catch (error) {
      if (codeOf(error) === "ER_NO_SUCH_TABLE") return new Map();
      throw error;
    }
  }

  /** Runs a file, and what notes it, in one transaction. @throws ScriptError with file and line if MySQL refuses a statement */
  private async run(script: Script, note: () => Promise<unknown>): Promise<void> {
    await this.connection.beginTransaction();
    let completed = 0;
    await new Promise<void>((resolve, reject) => {
      // The events of the driver without promises tell of each statement of a file.
      const { connection } = this.connection as Connection & { readonly connection: CallbackConnection };
      connection
        .query(script.content)
        .on("fields", () => {
          completed += 1;
        })
        .on("error", (error: QueryError) => reject(refusal(script, error, completed)))
        .on("end", () => resolve());
    });
    await note();
    await this.connection.commit();
  }
}

function refusal(script: Script, error: QueryError, completed: number): Error {
  // Without a number the server said nothing: the connection is lost.
  if (error.errno === undefined || error.fatal) return error;
  const line = statements(script.content)[completed]?.line ?? 1;
  return new ScriptError(`${script.name} line ${line}: ${error.message} (${error.code})`, { cause: error });
}
