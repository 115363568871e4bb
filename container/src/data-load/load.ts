import type { Logger } from "pino";
import type { DatabaseSettings } from "../settings";
import type { Script } from "./script";

/** A connection that loads data, whatever the engine; only one of them holds the lock. */
export interface Load {
  /** Waits for another load. @throws Error if it takes longer than this */
  takeLock(seconds: number, log: Logger): Promise<void>;
  /**
   * Applies the migrations that the database does not have yet, in the order of their numbers.
   *
   * @param directory folder of the scripts
   * @returns names of the files that were, or would be, applied
   * @throws ScriptError if a file fails or was changed after it was applied
   */
  migrate(
    directory: string,
    scripts: readonly Script[],
    options: { readonly dryRun: boolean; readonly log: Logger },
  ): Promise<readonly string[]>;
  /** Runs a file in one transaction. */
  runSeed(script: Script): Promise<void>;
  end(): Promise<void>;
}

/** The server can't be reached, or lets no one in by this name and password. */
export class ConnectionError extends Error {}

/** Connects to the engine that `DATABASE_ENGINE` names. @throws ConnectionError */
export async function connect(settings: DatabaseSettings): Promise<Load> {
  if (settings.DATABASE_ENGINE === "mysql") return (await import("./mysql")).MysqlLoad.connect(settings);
  return (await import("./postgres")).PostgresLoad.connect(settings);
}
