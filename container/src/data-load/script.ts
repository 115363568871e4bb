import { createHash } from "node:crypto";

/** A file of SQL statements. */
export interface Script {
  /** Path as the user knows it, e.g. `migrations/001_item.sql`. */
  readonly name: string;
  readonly content: string;
}

/** Says which file and line the database refused, and why. */
export class ScriptError extends Error {}

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

// Comments; quoted text, where a semicolon ends nothing; a semicolon; any other character. MySQL's own forms, # and
// backslashes, matter to none of the samples, and a wrong guess only gives a wrong line.
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
export function statements(content: string): readonly { readonly line: number; readonly text: string }[] {
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

/**
 * A file that was applied is not changed: what is already loaded elsewhere would differ from what is new.
 *
 * @param applied hashes by name
 * @throws ScriptError
 */
export function refuseChanged(applied: ReadonlyMap<string, string>, scripts: readonly Script[]): void {
  for (const script of scripts) {
    const before = applied.get(script.name);
    if (before !== undefined && before !== sha256(script)) {
      throw new ScriptError(`${script.name} was changed after it was applied: restore it and add a new migration`);
    }
  }
}

export function sha256({ content }: Script): string {
  return createHash("sha256").update(content).digest("hex");
}
