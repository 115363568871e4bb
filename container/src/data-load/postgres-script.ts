import { type Client, DatabaseError } from "pg";
import { type Script, ScriptError, statements } from "./script";

/**
 * Runs all statements of a file.
 *
 * @throws ScriptError with file and line if the database refuses one
 */
export async function runScript(client: Client, script: Script): Promise<void> {
  let completed = 0;
  const count = () => {
    completed += 1;
  };
  // node-postgres tells of a failed query only the error, not how many statements had worked; its connection does.
  const { connection } = client as Client & { connection: NodeJS.EventEmitter };
  connection.on("commandComplete", count);
  try {
    await client.query(script.content);
  } catch (error) {
    if (error instanceof DatabaseError) throw new ScriptError(describe(script, error, completed), { cause: error });
    throw error;
  } finally {
    connection.off("commandComplete", count);
  }
}

function describe(script: Script, error: DatabaseError, completed: number): string {
  const reasons = [error.message, error.detail, error.hint].filter(Boolean).join("; ");
  return `${script.name} line ${failedLine(script.content, error, completed)}: ${reasons} (${error.code})`;
}

/** PostgreSQL gives a position only for errors in the text; for others the statement's first line must do. */
function failedLine(content: string, error: DatabaseError, completed: number): number {
  if (error.position !== undefined) return lineAt(content, Number(error.position) - 1);
  return statements(content)[completed]?.line ?? 1;
}

/** @param offset in characters, as PostgreSQL counts them */
function lineAt(content: string, offset: number): number {
  return [...content].slice(0, offset).filter((character) => character === "\n").length + 1;
}
