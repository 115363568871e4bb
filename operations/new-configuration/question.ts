import { z } from "zod";
import { allowedValues, description, schemaAt, unwrap } from "../../config/options";

/** Where an option stands in a configuration file. */
export type OptionPath = readonly string[];

/** Something that the commands ask, or take as a flag. The words come from the schema. */
export interface Question {
  /** Name of the flag, without its hyphens. */
  readonly flag: string;
  /** Where the answer goes: the first of these options that takes it. */
  readonly options: readonly [OptionPath, ...OptionPath[]];
  /** Words that stand for a whole section rather than for a value. */
  readonly words?: Readonly<Record<string, { readonly path: OptionPath; readonly value: unknown }>>;
  /** Proposed answer, and what is taken where nobody can be asked. Without, an answer is a must. */
  readonly proposal?: string;
  /** Whether earlier answers, by flag, make the question one. Default: always. */
  readonly when?: (answers: Answers) => boolean;
}

/** What was answered, by flag. */
export type Answers = Readonly<Record<string, string>>;

/** One option and its value. */
export interface Setting {
  readonly path: OptionPath;
  readonly value: unknown;
}

/** What the question is about, in the schema's own words. */
export function about({ options }: Question, root: z.ZodObject): string {
  return options
    .map((path) => schemaAt(root, path))
    .map((schema) => (schema && description(schema)) ?? "")
    .join(" Or: ");
}

/** The answers there are, where the schema counts them up; undefined where it doesn't. */
export function choices({ options }: Question, root: z.ZodObject): string[] | undefined {
  const [schema] = options.map((path) => schemaAt(root, path));
  const inner = schema && unwrap(schema);
  return options.length === 1 && inner instanceof z.ZodEnum ? inner.options.map(String) : undefined;
}

/**
 * What an answer sets.
 *
 * @returns undefined for an empty answer, which sets nothing
 * @throws Error that says what is allowed
 */
export function settle({ options, words }: Question, root: z.ZodObject, answer: string): Setting | undefined {
  const given = answer.trim();
  if (given === "") return undefined;
  const word = words?.[given];
  if (word) return word;
  const allowed: string[] = Object.keys(words ?? {});
  for (const path of options) {
    const schema = schemaAt(root, path);
    if (!schema) throw new Error(`there is no option ${path.join(".")}`);
    const parsed = z.safeParse(schema, asWritten(schema, given));
    if (parsed.success) return { path, value: asWritten(schema, given) };
    allowed.push(allowedValues(schema, 5));
  }
  throw new Error(`given: ${given}; allowed: ${allowed.join(", or ")}`);
}

/** Lists are written with commas; everything else is text, a number or a truth as the schema has it. */
function asWritten(schema: z.core.$ZodType, given: string): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return given.split(/[\s,]+/).filter((entry) => entry !== "");
  if (inner instanceof z.ZodNumber) return Number(given);
  if (inner instanceof z.ZodBoolean) return given === "true" ? true : given === "false" ? false : given;
  return given;
}
