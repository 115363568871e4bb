import { type Client, DatabaseError } from "pg";

/** A file of SQL statements. */
export interface Script {
  /** Path as the user knows it, e.g. `migrations/001_item.sql`. */
  readonly name: string;
  readonly content: string;
}

/** Says which file and line the database refused, and why. */
export class ScriptError extends Error {}

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

/**
 * Refuses statements that begin or end a transaction: each file runs in one, which they would cut in two.
 *
 * @throws ScriptError with file and line
 */
export function refuseTransactionControl(script: Script): void {
  for (const { line, text } of statements(script.content)) {
    const control = /^(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b/i.exec(text);
    if (control) {
      throw new ScriptError(
        `${script.name} line ${line}: ${control[0].toUpperCase()} is not allowed, since the whole file is one transaction`,
      );
    }
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

// Comments; quoted text, where a semicolon ends nothing; a semicolon; any other character.
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html
const TOKEN = new RegExp(
  [
    /(?<comment>--[^\n]*|\/\*.*?\*\/|\s+)/,
    /\bE'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|\$(?<tag>(?:[a-z_]\w*)?)\$.*?\$\k<tag>\$/,
    /(?<end>;)/,
    /./,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gisu",
);

/** Statements with the line they begin in. SQL-standard function bodies (BEGIN ATOMIC) count as several. */
function statements(content: string): readonly { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = [];
  let start: number | undefined;
  const finish = (end: number) => {
    if (start === undefined) return;
    found.push({ line: content.slice(0, start).split("\n").length, text: content.slice(start, end) });
    start = undefined;
  };
  for (const token of content.matchAll(TOKEN)) {
    if (token.groups?.end !== undefined) finish(token.index);
    else if (token.groups?.comment === undefined) start ??= token.index;
  }
  finish(content.length);
  return found;
}
