import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { ConnectionError, connect } from "./data-load/load";
import { type Script, ScriptError } from "./data-load/script";
import { databaseSettings, SettingsError } from "./settings";

const LOCK_WAIT_SECONDS = 300;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
  const settings = databaseSettings(process.env);
  const log = pino({ level: settings.LOG_LEVEL });
  // The first process of a container has no default signal handlers. Unfinished transactions are rolled back.
  process.once("SIGTERM", () => process.exit(143));

  // The files of PostgreSQL lie in the folders themselves, those of MySQL in a folder below.
  const engine = settings.DATABASE_ENGINE === "mysql" ? "mysql" : "";
  const directory = join("migrations", engine);
  const migrations = readScripts(directory);
  const seeds = readScripts(join("seed", engine));
  const load = await connect(settings);
  try {
    await load.takeLock(LOCK_WAIT_SECONDS, log);
    const dryRun = values["dry-run"];
    const applied = await load.migrate(directory, migrations, { dryRun, log });
    if (dryRun) {
      for (const name of applied) log.info(`would apply ${join(directory, name)}`);
      for (const { name } of seeds) log.info(`would load ${name}`);
    } else {
      for (const seed of seeds) {
        log.info(`seed ${seed.name}`);
        await load.runSeed(seed);
      }
    }
    const there = migrations.length - applied.length;
    log.info(
      `${dryRun ? "dry run, nothing changed" : "done"}: ${applied.length} migrations ${dryRun ? "to apply" : "applied"}, ` +
        `${there} already there, ${seeds.length} seed files ${dryRun ? "to load" : "loaded"}`,
    );
  } finally {
    await load.end();
  }
}

/** Folders are relative to where the program was started: in the image, where it lies. */
function readScripts(folder: string): readonly Script[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({ name: join(folder, file), content: readFileSync(join(folder, file), "utf8") }));
}

main().catch((error: unknown) => {
  const log = pino();
  const expected = error instanceof SettingsError || error instanceof ScriptError || error instanceof ConnectionError;
  if (expected) log.fatal(error.message);
  else log.fatal({ err: error }, "data load failed");
  process.exitCode = 1;
});
