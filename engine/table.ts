import { columns, inWindow } from "./terminal";

type Row = readonly (string | number)[];

/**
 * Lays out rows in columns of equal width; numbers to the right, text to the left. In a terminal that is too narrow for
 * that, the cells of a row are below its first one.
 */
export function table(header: readonly string[], rows: readonly Row[], width = columns()): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = header.map((_, column) =>
    rows.every((row) => typeof row[column] === "number" || row[column] === "–"),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  const fits = width === undefined || lines.every(({ length }) => length <= width);
  return fits ? lines.join("\n") : rows.map((row) => stacked(header, row, width)).join("\n");
}

function stacked([, ...header]: readonly string[], [first = "", ...rest]: Row, width: number): string {
  const cells = rest.flatMap((cell, column) => (cell === "–" ? [] : [`${header[column]}: ${cell}`]));
  return `${first}\n${inWindow(cells.join("; "), "  ", width)}`;
}
