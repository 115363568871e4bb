import type { DatabaseSettings, ServerSettings } from "../settings";

export interface Item {
  readonly name: string;
  readonly description: string;
  readonly quantity: number;
}

/** What the server does with a database, whatever its engine. */
export interface Database {
  /** The first 100 items by name; undefined while no data was loaded. */
  listItems(): Promise<readonly Item[] | undefined>;
  /** Uses a connection. @throws Error if it is not encrypted */
  checkTls(): Promise<void>;
  end(): Promise<void>;
}

export const ITEMS = "SELECT name, description, quantity FROM item ORDER BY name LIMIT 100";

/** A pool of connections to a database of the engine that `DATABASE_ENGINE` names; only that engine's driver is loaded. */
export async function openDatabase(
  settings: NonNullable<ServerSettings["database"]>,
  onLost: (error: Error) => void,
): Promise<Database> {
  if (settings.DATABASE_ENGINE === "mysql") return new (await import("./mysql")).MysqlDatabase(settings);
  return new (await import("./postgres")).PostgresDatabase(settings, onLost);
}

/** `host:port/name`, for messages. */
export const serverName = (settings: DatabaseSettings): string =>
  `${settings.DATABASE_HOST}:${settings.DATABASE_PORT}/${settings.DATABASE_NAME}`;
