import { DatabaseError, type Pool } from "pg";

export interface Item {
  readonly name: string;
  readonly description: string;
  readonly quantity: number;
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html: undefined_table
const UNDEFINED_TABLE = "42P01";

/** The first 100 items by name; undefined while no data was loaded. */
export async function listItems(pool: Pool): Promise<readonly Item[] | undefined> {
  try {
    const { rows } = await pool.query<Item>("SELECT name, description, quantity FROM item ORDER BY name LIMIT 100");
    return rows;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return undefined;
    throw error;
  }
}
