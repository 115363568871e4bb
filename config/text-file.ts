import { readFileSync } from "node:fs";
import type { Problem } from "./problem";
import { whatIsThere } from "./project-files";

/** No configuration is near this; reading more would only take time. */
const largestBytes = 1024 * 1024;

/** The text of a configuration file, or what is wrong with the file as a whole. */
export function readText(file: string): string | Problem {
  const problem = (given: string, allowed: string, fix: string): Problem => ({ file, path: "", given, allowed, fix });
  switch (whatIsThere(file)) {
    case "a file":
      break;
    case "unreadable":
      return problem(
        "a file that is not readable",
        "a .yaml file that you may read",
        "run: chmod u+r, or ask its owner",
      );
    case "missing":
      return problem("a file that does not exist", "a .yaml file that exists", named);
    case "a folder":
      return problem("a folder", "a .yaml file that exists", named);
    default:
      return problem("neither a file nor a folder", "a .yaml file that exists", named);
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return problem(`a file that cannot be read: ${(error as Error).message}`, "a .yaml file that you may read", named);
  }
  if (bytes.length > largestBytes) {
    const size = `${Math.ceil(bytes.length / largestBytes)} MiB`;
    return problem(`a file of ${size}`, "a configuration of at most 1 MiB", "name the configuration file itself");
  }
  return decoded(bytes, problem);
}

const named = "correct the path, or name several files with a glob such as 'config/environments/*.yaml'";

function decoded(bytes: Buffer, problem: (given: string, allowed: string, fix: string) => Problem): string | Problem {
  const utf8 = "text in UTF-8 with line ends LF or CRLF";
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return problem("text in UTF-16", utf8, "save the file as UTF-8");
  }
  if (bytes.includes(0)) {
    return looksLikeUtf16(bytes)
      ? problem("text in UTF-16 without a byte order mark", utf8, "save the file as UTF-8")
      : problem("a file with NUL bytes, which is no text", utf8, "name a YAML file");
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { column, line } = firstBroken(bytes);
    return {
      ...problem("bytes that are not UTF-8, maybe Latin-1 or Windows-1252", utf8, "save the file as UTF-8"),
      line,
      column,
    };
  }
  if (/\r(?!\n)/.test(text) && !text.includes("\n")) {
    return problem("text whose lines end with CR alone", utf8, "save the file with line ends LF");
  }
  const conflict = /^(<{7}|={7}|>{7}|\|{7})( .*)?$/m.exec(text);
  if (conflict && /^<{7} /m.test(text)) {
    return {
      ...problem(`a conflict mark of Git: ${conflict[0].slice(0, 60)}`, "one version of each line", conflictFix),
      line: text.slice(0, conflict.index).split("\n").length,
      column: 1,
    };
  }
  return text;
}

const conflictFix = "keep one side of the conflict and remove the lines with <<<<<<<, ======= and >>>>>>>";

/** Every other byte of Latin text is 0. */
const looksLikeUtf16 = (bytes: Buffer): boolean => {
  const even = bytes.filter((byte, index) => index % 2 === 0 && byte === 0).length;
  const odd = bytes.filter((byte, index) => index % 2 === 1 && byte === 0).length;
  return Math.max(even, odd) > bytes.length / 4;
};

function firstBroken(bytes: Buffer): { line: number; column: number } {
  const decoder = new TextDecoder("utf-8");
  const good = decoder.decode(bytes).indexOf("\uFFFD");
  const before = decoder.decode(bytes).slice(0, Math.max(0, good)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
