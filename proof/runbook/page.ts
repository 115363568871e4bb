/** A block of a page that is rehearsed, below its heading. */
export type Block =
  /** Options that are set in the environment's file. */
  | { readonly kind: "yaml"; readonly text: string; readonly line: number }
  /** Commands, and what they print. */
  | {
      readonly kind: "sh";
      readonly text: string;
      readonly line: number;
      readonly exitCode: number;
      /** Each has to stand in a line of the output, in this order; `…` stands for anything. */
      readonly expected: readonly string[];
    };

/** One entry of a page, with the blocks that are rehearsed. */
export interface Entry {
  /** Heading of the second level that it stands below, or that it is itself. */
  readonly chapter: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

const REHEARSED = /^(yaml|sh|text) rehearsed(?: exit (\d+))?$/;

/**
 * Entries of a Markdown page, in order, with their blocks whose info string is `yaml rehearsed`, `sh rehearsed`
 * (`sh rehearsed exit 2` where another exit code than 0 is right) or, below a `sh` block, `text rehearsed`: what it prints.
 *
 * @throws Error for a block that is not understood or not ended, with its line
 */
export function readPage(markdown: string): Entry[] {
  const entries: { chapter: string; heading: string; blocks: Block[] }[] = [];
  const lines = markdown.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const [, marks = "", heading] = /^(#{2,}) (.+)$/.exec(line) ?? [];
    if (heading !== undefined) {
      entries.push({ chapter: marks === "##" ? heading : (entries.at(-1)?.chapter ?? heading), heading, blocks: [] });
    }
    const info = /^```(.+)$/.exec(line)?.[1];
    if (info === undefined) continue;
    const begin = index + 1;
    const end = lines.indexOf("```", begin);
    if (end === -1) throw new Error(`line ${begin}: the block has no end`);
    index = end;
    if (!info.includes("rehearsed")) continue;
    const [, kind, exitCode = "0"] = REHEARSED.exec(info) ?? [];
    const blocks = entries.at(-1)?.blocks;
    if (kind === undefined || blocks === undefined) throw new Error(`line ${begin}: "${info}" is not understood`);
    const own = lines.slice(begin, end);
    const last = blocks.at(-1);
    if (kind !== "text") {
      const text = own.join("\n");
      blocks.push(
        kind === "yaml"
          ? { kind, text, line: begin }
          : { kind: "sh", text, line: begin, exitCode: Number(exitCode), expected: [] },
      );
    } else if (last?.kind === "sh") {
      blocks[blocks.length - 1] = { ...last, expected: own.filter((one) => one.trim() !== "") };
    } else {
      throw new Error(`line ${begin}: what is printed has to stand below its commands`);
    }
  }
  return entries.filter(({ blocks }) => blocks.length > 0);
}

/**
 * The entries whose heading, or whose chapter's, holds one of some texts; without a text all.
 *
 * @throws Error for a text that no heading holds, with the headings
 */
export function chosen(entries: readonly Entry[], only: readonly string[]): readonly Entry[] {
  const holds = ({ chapter, heading }: Entry, text: string) => heading.includes(text) || chapter.includes(text);
  const [unknown] = only.filter((text) => !entries.some((entry) => holds(entry, text)));
  if (unknown !== undefined) {
    const headings = [...new Set(entries.flatMap(({ chapter, heading }) => [chapter, heading]))];
    throw new Error(`no rehearsed entry has "${unknown}" in its heading; there are: ${headings.join(", ")}`);
  }
  return only.length === 0 ? entries : entries.filter((entry) => only.some((text) => holds(entry, text)));
}

/** The first expected line that the output does not hold, after those before it. */
export function missingLine(expected: readonly string[], output: string): string | undefined {
  const lines = output.split("\n");
  let from = 0;
  for (const wanted of expected) {
    const pattern = new RegExp(wanted.trim().split("…").map(asPattern).join(".*"));
    const found = lines.findIndex((line, index) => index >= from && pattern.test(line));
    if (found === -1) return wanted;
    from = found + 1;
  }
  return undefined;
}

function asPattern(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
