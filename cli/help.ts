import { readFileSync } from "node:fs";
import { projectPath } from "../config/project";
import { wrapped } from "../engine/words";

/**
 * The list of commands: the file `help`, which `cat` shows as well; in a terminal that is narrower than the file, each
 * description is below its command.
 */
export function help(columns = Number.POSITIVE_INFINITY): string {
  const text = readFileSync(projectPath("help"), "utf8").trimEnd();
  const lines = text.split("\n");
  return lines.every(({ length }) => length <= columns) ? text : stacked(lines, columns).join("\n");
}

const INDENT = "      ";

function stacked(lines: readonly string[], columns: number): string[] {
  // Descriptions go on in the same column.
  const joined = lines.join("\n").replaceAll(/\n {40,}(?=\S)/g, "  ");
  return joined.split("\n").flatMap((line) => {
    if (/^=+$/.test(line)) return [line.slice(0, columns)];
    const [, command = line, description] = /^( *\S.*?) {2,}(\S.*)$/.exec(line) ?? [];
    if (description === undefined) return [command];
    return [command, wrapped(description.replaceAll(/ {2,}/g, " "), columns, INDENT)];
  });
}
