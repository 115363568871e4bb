import { basename } from "node:path";
import { runner } from "node-pg-migrate";
import type { Client } from "pg";
import { runScript } from "./postgres-script";
import { refuseChanged, refuseTransactionControl, type Script, sha256 } from "./script";

export interface MigrationLog {
  info(message: string): void;
  debug(message: string): void;
}

/**
 * Applies the migrations that the database does not have yet, in the order of their numbers, each file in a transaction
 * of its own together with the note that it was applied. The caller holds the lock.
 *
 * @param directory holds `<number>_<what>.sql`
 * @param scripts the same files, read
 * @param dryRun change nothing
 * @returns names of the files that were, or would be, applied
 * @throws ScriptError if a file fails or was changed after it was applied
 */
export async function migrate(
  client: Client,
  directory: string,
  scripts: readonly Script[],
  { dryRun, log }: { readonly dryRun: boolean; readonly log: MigrationLog },
): Promise<readonly string[]> {
  scripts.forEach(refuseTransactionControl);
  refuseChanged(await appliedFiles(client), scripts);
  if (dryRun) await client.query("BEGIN");
  else {
    await client.query("CREATE TABLE IF NOT EXISTS migration_checksum (name text PRIMARY KEY, sha256 text NOT NULL)");
  }
  let running: Script | undefined;
  const quiet = (message: string) => log.debug(message);
  try {
    const applied = await runner({
      dbClient: {
        // The file's own text is the one query that runs through here with a script set.
        query: (text: string, values?: unknown[]) => {
          if (running === undefined || !text.startsWith(running.content)) return client.query(text, values);
          const script = running;
          running = undefined;
          log.info(`migration ${script.name}`);
          return runScript(client, script);
        },
      } as unknown as Client,
      dir: directory,
      migrationsTable: "migration",
      direction: "up",
      singleTransaction: false,
      noLock: true,
      dryRun,
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      migrationLoaderStrategies: [
        {
          extensions: [".sql"],
          loader: async (paths) =>
            paths.map((path) => {
              const script = scripts.find(({ name }) => path.endsWith(`/${name}`));
              if (script === undefined) throw new Error(`${path} appeared while loading`);
              return {
                id: path,
                filePaths: [path],
                actions: {
                  up: (migration) => {
                    running = script;
                    migration.sql(script.content);
                    migration.sql(
                      `INSERT INTO migration_checksum VALUES ('${script.name.replaceAll("'", "''")}', '${sha256(script)}')`,
                    );
                  },
                },
              };
            }),
        },
      ],
    });
    return applied.map(({ path }) => basename(path));
  } finally {
    // Ends what a failed file or a dry run left open; outside of a transaction it only warns.
    await client.query("ROLLBACK");
  }
}

/** Files that were applied, with their hashes. */
async function appliedFiles(client: Client): Promise<Map<string, string>> {
  const { rows: tables } = await client.query("SELECT to_regclass('migration_checksum') AS found");
  if (tables[0].found === null) return new Map();
  const { rows } = await client.query<{ name: string; sha256: string }>("SELECT name, sha256 FROM migration_checksum");
  return new Map(rows.map((row) => [row.name, row.sha256]));
}
