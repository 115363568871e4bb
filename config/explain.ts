import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { allOptions, allowedValues, description, isOptional, schemaAt } from "./options";
import { formatValue, type Path } from "./problem";
import { onceInWords } from "./schema/primitives";

/** What is wrong at one place, before it is known where in the file that is. */
export interface Explanation {
  readonly path: Path;
  readonly given: string;
  readonly allowed: string;
  readonly fix: string;
}

/**
 * Says what zod found in words for the person who wrote the file.
 *
 * @param sourceOf text of a plain value as it stands in the file: `007` is the number 7 by the time zod sees it.
 */
export function explainIssues(
  schema: z.ZodType,
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
  sourceOf: (path: Path) => string | undefined,
): Explanation[] {
  return issues.flatMap((issue): Explanation[] => {
    const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => explainUnknownKey(schema, path, key));
    }
    const given = valueAt(raw, path);
    const option = schemaAt(schema, path);
    if (issue.code === "invalid_key") {
      const key = path.at(-1);
      return [{ path, given: `the name ${formatValue(key)}`, allowed: message(issue.issues), fix: "rename it" }];
    }
    const allowed = issue.code === "custom" || !option ? issue.message : allowedValues(option);
    const source = sourceOf(path) ?? String(given);
    return [{ path, given: formatValue(given), allowed, fix: fixFor(issue, { given, source, path, option }) }];
  });
}

const message = (issues: readonly z.core.$ZodIssue[]) => issues.map((issue) => issue.message).join(", ");

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    raw,
  );
}

function explainUnknownKey(schema: z.ZodType, parent: Path, key: string): Explanation {
  const path = [...parent, key];
  const section = schemaAt(schema, parent);
  const meant = section ? closest(key, sectionKeys(section)) : undefined;
  const elsewhere = [...allOptions(schema)].filter((option) => option.path.at(-1) === key);
  const fix = meant
    ? `did you mean ${meant}? rename it`
    : elsewhere[0]
      ? `move it to ${elsewhere.map((option) => option.path.join(".")).join(" or ")}`
      : "remove it";
  const allowed = section ? allowedValues(section) : "no option";
  return { path, given: `the unknown option ${key}`, allowed, fix };
}

/** Names of the options directly in a section. */
export function sectionKeys(section: z.core.$ZodType): string[] {
  return [...allOptions(section)].flatMap(({ path }) => (path.length === 1 ? path : []));
}

function requiredOptions(section: z.core.$ZodType): string {
  const names = sectionKeys(section).filter((key) => {
    const option = schemaAt(section, [key]);
    return option !== undefined && !isOptional(option);
  });
  return names.join(" and ");
}

/** The candidate that somebody most likely meant; undefined where none is near. */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  // Two letters that have changed places are two edits.
  const allowance = Math.min(Math.max(2, Math.floor(text.length / 3)), text.length - 1);
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(text.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best && best.edits <= allowance ? best.candidate : undefined;
}

const truths: Readonly<Record<string, boolean>> = {
  on: true,
  yes: true,
  true: true,
  off: false,
  no: false,
  false: false,
};

interface Wrong {
  readonly given: unknown;
  readonly source: string;
  readonly path: Path;
  readonly option: z.core.$ZodType | undefined;
}

function fixFor(issue: z.core.$ZodIssue, wrong: Wrong): string {
  const { given, option, path } = wrong;
  const key = path.at(-1);
  if (given === undefined) {
    const required = option ? requiredOptions(option) : "";
    const about = option && description(option)?.replace(/\.$/, "");
    return `add ${[key, required].filter(Boolean).join(" with ")}${about ? ` (${about})` : ""}`;
  }
  if (path.length === 0) return "write one option a line: option: value";
  if (given === null) return "write its value or its options below it, or remove the line";
  switch (issue.code) {
    case "invalid_value":
      return fixForChoice(wrong, issue.values);
    case "invalid_type":
      return fixForType(wrong, issue.expected);
    case "too_small":
      return issue.origin === "array" ? `write at least ${issue.minimum}` : `raise it to at least ${issue.minimum}`;
    case "too_big":
      return issue.origin === "array" ? `keep at most ${issue.maximum}` : `lower it to at most ${issue.maximum}`;
    case "custom":
      return typeof key === "number" && issue.message === onceInWords ? "remove the repetition" : inThatForm;
    default:
      return inThatForm;
  }
}

const inThatForm = "write it in that form";

function fixForChoice({ given, source }: Wrong, values: readonly unknown[]): string {
  const texts = values.map(String);
  if (texts.includes(source))
    return typeof given === "string" ? `remove the quotes: ${source}` : `put it in quotes: "${source}"`;
  // Other YAML readers take on and off for true and false, and so do people.
  const word = typeof given === "boolean" ? texts.find((text) => truths[text] === given) : undefined;
  if (word) return `write "${word}"`;
  const meant = closest(source, texts);
  return meant ? `did you mean ${meant}?` : "choose one of them";
}

function fixForType({ given, source }: Wrong, expected: string): string {
  const plain = typeof given !== "object";
  if (expected === "string" && plain) return `put it in quotes: "${source}"`;
  const truth = truths[source.toLowerCase()];
  if (expected === "boolean" && plain && truth !== undefined) return `write ${truth}`;
  if (expected === "number" || expected === "int") {
    if (typeof given === "number") return `write a whole number, e.g. ${Math.round(given)}`;
    if (plain && source.trim() !== "" && !Number.isNaN(Number(source))) return `remove the quotes: ${source}`;
  }
  if (expected === "array" && plain) return `write it as a list: [${formatValue(given)}]`;
  if (expected === "object" || expected === "record") return "write its options indented below it";
  return "write a value of that kind";
}
