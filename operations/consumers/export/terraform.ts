/** Terraform JSON as Terraform's own language, formatted as `terraform fmt` does. */

type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

/** Keys that are nested blocks wherever they occur in what is exported; all others are attributes. */
const BLOCKS: ReadonlySet<string> = new Set([
  "alias",
  "content",
  "dynamic",
  "lifecycle",
  "postcondition",
  "precondition",
  "required_providers",
  "timeouts",
  "validation",
]);

/** Attributes that hold keywords or types, not text. */
const KEYWORDS: ReadonlySet<string> = new Set(["type"]);

/** Blocks such as `resource "aws_lb" "x" {}`: `labels` names below `kind` are labels of the block. */
export function blocks(kind: string, content: Json, labels: number): string {
  return labelled(content, labels)
    .map(([names, body]) => [[kind, ...names.map(quote)].join(" "), body] as const)
    .map(([head, body]) => {
      const text = bodyOf(body as JsonObject, kind === "variable");
      return text === "" ? `${head} {}\n` : `${head} {\n${indent(text)}\n}\n`;
    })
    .join("\n");
}

function labelled(content: Json, labels: number): [string[], Json][] {
  if (labels === 0) return [[[], content]];
  return Object.entries((content ?? {}) as JsonObject).flatMap(([name, inner]) =>
    labelled(inner, labels - 1).map(([names, body]): [string[], Json] => [[name, ...names], body]),
  );
}

/** Attributes first, their equals signs below each other as far as they are neighbours, then blocks. */
function bodyOf(body: JsonObject, isVariable = false): string {
  const entries = Object.entries(body);
  // What repeats a resource stands first, as everybody writes it.
  const first = (key: string) => (["count", "for_each"].includes(key) ? 0 : 1);
  const attributes = entries.filter(([key]) => !BLOCKS.has(key)).sort(([a], [b]) => first(a) - first(b));
  const lines = attributes.map(([key, value]): [string, string] => [
    key,
    isVariable && KEYWORDS.has(key) ? String(value) : written(value),
  ]);
  const nested = entries.filter(([key]) => BLOCKS.has(key)).flatMap(([key, value]) => nestedBlocks(key, value));
  return [aligned(lines), ...nested].filter((text) => text !== "").join("\n\n");
}

function nestedBlocks(key: string, value: Json): string[] {
  if (key === "dynamic") {
    return Object.entries(value as JsonObject).map(
      ([name, inner]) => `dynamic ${quote(name)} {\n${indent(bodyOf(inner as JsonObject))}\n}`,
    );
  }
  return [value].flat().map((inner) => `${key} {\n${indent(bodyOf(inner as JsonObject))}\n}`);
}

function aligned(attributes: readonly [string, string][]): string {
  const lines: string[] = [];
  let group: [string, string][] = [];
  const flush = () => {
    const width = Math.max(0, ...group.map(([key]) => key.length));
    lines.push(...group.map(([key, value]) => `${key.padEnd(width)} = ${value}`));
    group = [];
  };
  for (const attribute of attributes) {
    group.push(attribute);
    // A value of several lines ends what is aligned; its own key is.
    if (attribute[1].includes("\n")) {
      const [last] = group.splice(-1);
      flush();
      if (last) lines.push(`${last[0]} = ${last[1]}`);
    }
  }
  flush();
  return lines.join("\n");
}

function written(value: Json): string {
  if (typeof value === "string") return expressionOf(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[${value.map(written).join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]): [string, string] => [
    /^[A-Za-z_][\w-]*$/.test(key) ? key : quote(key),
    written(inner),
  ]);
  return entries.length === 0 ? "{}" : `{\n${indent(aligned(entries))}\n}`;
}

/** A string that is one template alone is that expression; any other is text with templates in it. */
function expressionOf(text: string): string {
  if (!text.startsWith("${") || endOfTemplate(text, 2) !== text.length) return quote(text);
  // JSON's lists have no spaces.
  return text
    .slice(2, -1)
    .trim()
    .replace(/",(?=")/g, '", ');
}

/** Index behind the brace that closes a template; braces in quoted text of the expression count in their own templates only. */
function endOfTemplate(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') index = endOfText(text, index + 1) - 1;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

function endOfText(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === '"') return index + 1;
    else if (text.startsWith("${", index) || text.startsWith("%{", index)) index = endOfTemplate(text, index + 2) - 1;
  }
  return text.length;
}

/** Quoted text: what stands in templates is an expression already. */
function quote(text: string): string {
  let quoted = "";
  for (let index = 0; index < text.length; ) {
    if (text.startsWith("${", index) || text.startsWith("%{", index)) {
      const end = endOfTemplate(text, index + 2);
      quoted += text.slice(index, end);
      index = end;
    } else {
      const character = text[index] ?? "";
      quoted += character === "\n" ? "\\n" : character === '"' || character === "\\" ? `\\${character}` : character;
      index += 1;
    }
  }
  return `"${quoted}"`;
}

const indent = (text: string): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
