import { isCollection, isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, type YAMLError } from "yaml";
import { formatPath, type Path, type Problem } from "./problem";
import { lineWithoutSecret } from "./secret-texts";

/** What one YAML file says, and where it says it. */
export interface Document {
  readonly file: string;
  /** The content as plain objects; unchecked. */
  readonly raw: unknown;
  /** Whether the person wrote something at the path. */
  has(path: Path): boolean;
  /** Where the option at the path stands, or the nearest section around it that is in the file. */
  place(path: Path): Pick<Problem, "file" | "path" | "line" | "column">;
  /** Text of a plain value as it stands in the file. */
  sourceOf(path: Path): string | undefined;
}

/** Reads YAML 1.2. Broken syntax and keys that stand twice come back as problems. */
export function parseYaml(file: string, text: string): Document | { readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: "error" });
  // A warning is about a tag or directive that is not expected: the meaning of the value would be a guess.
  const found = [...document.errors, ...document.warnings];
  if (found.length > 0) return { problems: found.map((error) => syntaxProblem(file, error, lines, text)) };
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 });
    if (containsItself(raw)) throw new Error("an alias stands inside of what it names");
  } catch (error) {
    return { problems: [unusable(file, error instanceof Error ? error.message : String(error))] };
  }

  const nodeAt = (path: Path): unknown => {
    try {
      return document.getIn(path, true);
    } catch {
      return undefined;
    }
  };
  const pairAt = (path: Path): Pair | undefined => {
    const parent = path.length === 1 ? document.contents : nodeAt(path.slice(0, -1));
    const key = path.at(-1);
    return isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
      : undefined;
  };
  return {
    file,
    raw,
    has: (path) => document.hasIn(path),
    place(path) {
      const place = { file, path: formatPath(path) };
      for (let length = path.length; length > 0; length--) {
        const part = path.slice(0, length);
        const pair = pairAt(part);
        // A section begins at its name; a value where it stands.
        const node =
          pair && (isCollection(pair.value) || !isNode(pair.value) || !pair.value.range) ? pair.key : nodeAt(part);
        if (!isNode(node) || !node.range) continue;
        const { line, col } = lines.linePos(node.range[0]);
        return { ...place, line, column: col };
      }
      return place;
    },
    sourceOf(path) {
      const node = nodeAt(path);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

/** Whether a value is its own part. Aliases make the same value stand in two places, which is none of that. */
function containsItself(value: unknown, around: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (around.has(value)) return true;
  const inside = new Set([...around, value]);
  return Object.values(value).some((entry) => containsItself(entry, inside));
}

const unusable = (file: string, message: string): Problem => ({
  file,
  path: "",
  given: `YAML that cannot be read: ${message}`,
  allowed: "one YAML 1.2 document with options, aliases only to anchors above them",
  fix: "write the options out",
});

function syntaxProblem(file: string, error: YAMLError, lines: LineCounter, text: string): Problem {
  const { line, col } = lines.linePos(error.pos[0]);
  const shown = lineWithoutSecret(text.split(/\r?\n/)[line - 1]?.trim() ?? "");
  const place = { file, path: "", line, column: col };
  if (error.code === "DUPLICATE_KEY") {
    return { ...place, given: `${shown} a second time`, allowed: "each option once", fix: "keep one of the two" };
  }
  return {
    ...place,
    given: `${shown || "the end of the file"} (${inOwnWords(error)})`,
    allowed: "one YAML 1.2 document",
    fix: hint(error, shown),
  };
}

/** The parser's words, but where they are for programmers. */
const inOwnWords = ({ code, message }: YAMLError) =>
  code === "MULTIPLE_DOCS" ? "where a second document begins" : lowerFirst(message);

const lowerFirst = (message: string) => `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, "");

function hint(error: YAMLError, shown: string): string {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "indent with spaces instead of tabs";
    case "BAD_INDENT":
      if (error.message.startsWith("Flow")) return "close the bracket that is open";
      return "indent the line like its neighbours";
    case "MULTIPLE_DOCS":
      return "keep one document a file: remove the --- line and what belongs to the other document";
    case "MISSING_CHAR":
      if (error.message.startsWith("Implicit map key")) return "write it as option: value";
      return "close what is open, or put the value in quotes";
    case "TAG_RESOLVE_FAILED":
      return "remove the tag that begins with !";
    default:
      return shown.includes(":") ? "fix the line, or put its value in quotes" : "write it as option: value";
  }
}
