/**
 * A table in Markdown; columns of numbers alone are aligned to the right.
 *
 * @param right whether a column is, for numbers that stand in a text
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  right: (column: number) => boolean = (column) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === "number"),
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(inCell).join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (right(column) ? "--:" : "---"))), ...rows.map(line)].join("\n");
}

/** Markdown takes a `|` for the end of a cell, and a new line for that of a row. */
const inCell = (content: string | number): string =>
  String(content)
    .replaceAll(/(?<!\\)\|/g, "\\|")
    .replaceAll("\n", " ");
