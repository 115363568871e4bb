import { wrapped } from "./words";

/** What the terminal at standard output can do. Only this file asks, so that all commands agree. */

/** In a narrower window, text is laid out for this width, and the terminal breaks the lines. */
const LEAST_COLUMNS = 20;

/** A window that shows fewer lines has no room for progress. */
const LEAST_ROWS = 3;

/**
 * Columns that text may fill.
 *
 * @returns undefined where no width is known: without a terminal, and in the pseudo-terminals of CI services, `expect` or
 * `script`, which report 0 columns
 */
export function columns(): number | undefined {
  const { columns } = process.stdout;
  return columns ? Math.max(columns, LEAST_COLUMNS) : undefined;
}

/** Text whose lines end between words at the window's edge; one line where no width is known. */
export const inWindow = (text: string, indent = "", width = columns()): string =>
  width === undefined ? `${indent}${text}` : wrapped(text, width, indent);

/** Whether lines can be rewritten: only in a terminal of a known kind, whose size is known too. */
export function rewritesLines({ CI, TERM }: NodeJS.ProcessEnv = process.env): boolean {
  const { columns = 0, isTTY, rows = 0 } = process.stdout;
  const inPipeline = CI !== undefined && !["", "0", "false"].includes(CI);
  return isTTY && !inPipeline && !["", "dumb"].includes(TERM ?? "") && columns >= LEAST_COLUMNS && rows >= LEAST_ROWS;
}

/** Whether colours are possible and wanted: the variables NO_COLOR, FORCE_COLOR and TERM decide as well. */
export function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** Where a person reads a question whose answer is typed: not in the file that standard output is written to. */
export function forQuestions(): NodeJS.WriteStream {
  return !process.stdout.isTTY && process.stderr.isTTY ? process.stderr : process.stdout;
}
