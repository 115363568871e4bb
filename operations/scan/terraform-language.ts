import type { TerraformJson } from "./stack-json";

/** Arguments whose value is a map; in JSON they look like blocks. */
const MAPS = new Set(["tags", "variables", "config", "dimensions", "build_arg", "triggers", "labels"]);

/**
 * A stack's resources, data sources and providers in Terraform's own language, for scanners that recognize blocks only there. The text
 * is for reading by such a scanner, never for applying.
 */
export function inTerraformLanguage({ provider = {}, resource = {}, data = {} }: TerraformJson): string {
  const written: string[] = [];
  for (const [kind, types] of Object.entries({ resource, data })) {
    for (const [type, named] of Object.entries(types)) {
      for (const [name, block] of Object.entries(named)) written.push(`${kind} "${type}" "${name}" ${body(block)}`);
    }
  }
  for (const [name, blocks] of Object.entries(provider)) {
    for (const block of blocks) written.push(`provider "${name}" ${body(block)}`);
  }
  return `${written.join("\n")}\n`;
}

function body(block: object): string {
  return `{\n${Object.entries(block)
    .filter(([name, value]) => name !== "//" && value !== null)
    .flatMap(([name, value]) => argument(name, value))
    .join("\n")}\n}`;
}

function argument(name: string, value: unknown): string[] {
  if (isObject(value) && !MAPS.has(name)) return [`${name} ${body(value)}`];
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    return value.map((each) => `${name} ${body(each)}`);
  }
  return [`${name} = ${expression(value)}`];
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function expression(value: unknown): string {
  if (typeof value === "string") return `"${template(value)}"`;
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)} = ${expression(each)}`);
    return `{\n${entries.join("\n")}\n}`;
  }
  return JSON.stringify(value);
}

/** Escapes text, but not what is interpolated: there, quotes are the expression's own. */
function template(text: string): string {
  let written = "";
  for (let at = 0; at < text.length; ) {
    const begins = text.startsWith("${", at) && text[at - 1] !== "$";
    const end = begins ? endOfInterpolation(text, at) : at + 1;
    const part = text.slice(at, end);
    written += begins ? part : JSON.stringify(part).slice(1, -1);
    at = end;
  }
  return written;
}

function endOfInterpolation(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"' && text[at - 1] !== "\\") quoted = !quoted;
    if (quoted) continue;
    if (character === "{") depth += 1;
    if (character === "}" && --depth === 0) return at + 1;
  }
  return text.length;
}
