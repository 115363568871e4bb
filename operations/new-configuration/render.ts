import { Document, isMap, isScalar, type YAMLMap } from "yaml";
import { description, schemaAt } from "../../config/options";
import type { Content, NewFile } from "./new-file";
import type { OptionPath, Setting } from "./question";

const WIDTH = 118;

/** The file's text: sections in the order of the schema, each option with its own sentence above it. */
export function render({ kind, opening, schema }: NewFile, { answers, settings }: Content): string {
  // Quotes what a reader of YAML 1.1 would take for a truth or a number.
  const document = new Document(nested(Object.keys(schema.shape), settings), { compat: "yaml-1.1" });
  if (isMap(document.contents)) comment(document.contents, []);
  const schemaFile = `../${kind.slice(0, -1)}.schema.json`;
  return `# yaml-language-server: $schema=${schemaFile}\n# ${opening(answers)}\n\n${document.toString({ lineWidth: 0 })}`;

  function comment(map: YAMLMap, path: OptionPath): void {
    for (const [index, { key, value }] of map.items.entries()) {
      if (!isScalar(key)) continue;
      const own = [...path, String(key.value)];
      const option = schemaAt(schema, own);
      const text = option && description(option);
      if (text) key.commentBefore = wrap(text, WIDTH - 2 * own.length);
      key.spaceBefore = path.length === 0 && index > 0;
      if (isMap(value)) comment(value, own);
    }
  }
}

/** Settings as sections, in the schema's order whatever order they were asked in. */
function nested(order: readonly string[], settings: readonly Setting[]): object {
  const root: Record<string, unknown> = Object.fromEntries(order.map((section) => [section, undefined]));
  for (const { path, value } of settings) {
    let section = root;
    for (const part of path.slice(0, -1)) {
      section[part] ??= {};
      section = section[part] as Record<string, unknown>;
    }
    section[path.at(-1) ?? ""] = value;
  }
  return Object.fromEntries(Object.entries(root).filter(([, value]) => value !== undefined));
}

function wrap(text: string, width: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line.length + word.length + 1 > width) lines.push(` ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}
