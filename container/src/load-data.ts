import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PG_MIGRATE_LOCK_ID } from "node-pg-migrate";
import { Client, DatabaseError } from "pg";
import { type Logger, pino } from "pino";
import { migrate } from "./data-load/migrate";
import { refuseTransactionControl, runScript, type Script, ScriptError } from "./data-load/script";
import { connectionOptions } from "./database";
import { type DatabaseSettings, databaseSettings, SettingsError } from "./settings";

const LOCK_WAIT_SECONDS = 300;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
  const settings = databaseSettings(process.env);
  const log = pino({ level: settings.LOG_LEVEL });
  // The first process of a container has no default signal handlers. Unfinished transactions are rolled back.
  process.once("SIGTERM", () => process.exit(143));

  const migrations = readScripts("migrations");
  const seeds = readScripts("seed");
  const client = await connect(settings);
  try {
    await takeLock(client, log);
    const dryRun = values["dry-run"];
    const applied = await migrate(client, "migrations", migrations, { dryRun, log });
    if (dryRun) {
      for (const name of applied) log.info(`would apply migrations/${name}`);
      for (const { name } of seeds) log.info(`would load ${name}`);
    } else {
      for (const seed of seeds) await loadSeed(client, seed, log);
    }
    const there = migrations.length - applied.length;
    log.info(
      `${dryRun ? "dry run, nothing changed" : "done"}: ${applied.length} migrations ${dryRun ? "to apply" : "applied"}, ` +
        `${there} already there, ${seeds.length} seed files ${dryRun ? "to load" : "loaded"}`,
    );
  } finally {
    await client.end();
  }
}

/** Folders are relative to where the program was started: in the image, where it lies. */
function readScripts(folder: string): readonly Script[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ name: join(folder, file), content: readFileSync(join(folder, file), "utf8") }));
}

async function connect(settings: DatabaseSettings): Promise<Client> {
  const client = new Client({ ...connectionOptions(settings), application_name: "load-data" });
  const server = `${settings.DATABASE_HOST}:${settings.DATABASE_PORT}/${settings.DATABASE_NAME}`;
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: class 28, invalid authorization
    const hint =
      error instanceof DatabaseError && error.code?.startsWith("28")
        ? ": user name and password of the secret are not those of the database"
        : "";
    throw new ConnectionError(`can't connect to ${server}: ${reason}${hint}`);
  }
  // A lost connection also fails the query that is running, which says so.
  client.on("error", () => {});
  // A load that was killed must not go on inside the database and hold the lock.
  await client.query("SET client_connection_check_interval = '2s'");
  return client;
}

/** One load at a time, the same lock that node-pg-migrate takes; it ends with the connection. */
async function takeLock(client: Client, log: Logger): Promise<void> {
  const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS taken", [PG_MIGRATE_LOCK_ID]);
  if (rows[0].taken === true) return;
  log.info(`another data load is running: waiting for it, at most ${LOCK_WAIT_SECONDS} s`);
  await client.query(`SET lock_timeout = '${LOCK_WAIT_SECONDS}s'`);
  await client.query("SELECT pg_advisory_lock($1)", [PG_MIGRATE_LOCK_ID]);
  await client.query("RESET lock_timeout");
}

async function loadSeed(client: Client, seed: Script, log: Logger): Promise<void> {
  refuseTransactionControl(seed);
  log.info(`seed ${seed.name}`);
  await client.query("BEGIN");
  await runScript(client, seed);
  await client.query("COMMIT");
}

class ConnectionError extends Error {}

main().catch((error: unknown) => {
  const log = pino();
  const expected = error instanceof SettingsError || error instanceof ScriptError || error instanceof ConnectionError;
  if (expected) log.fatal(error.message);
  else log.fatal({ err: error }, "data load failed");
  process.exitCode = 1;
});
