import * as z from "zod";
import { allowedValues, description, schemaAt, unwrap } from "../../config/options";

/** Where an option stands in a configuration file. */
export type OptionPath = readonly string[];

/** What is known about the machine and the other files, for proposals. */
export interface Surroundings {
  /** Region of the environment variables, or of the AWS profile. */
  readonly region?: string;
  /** Account of the AWS credentials. */
  readonly accountId?: string;
  readonly environments: readonly KnownEnvironment[];
  /** Ranges that networks of other files have. */
  readonly cidrs: readonly string[];
}

export interface KnownEnvironment {
  readonly name: string;
  readonly region: string;
  readonly accountId?: string | undefined;
}

/** Something that the commands ask, or take as a flag. */
export interface Question {
  /** Name of the flag, without its hyphens. */
  readonly flag: string;
  /** The question itself, in a few words. */
  readonly asks: string;
  /** What the answer is for, where the first sentence of the option's description does not say it. */
  readonly hint?: string;
  /** Where the answer goes: the first of these options that takes it. */
  readonly options: readonly [OptionPath, ...OptionPath[]];
  /** Words that stand for a whole section rather than for a value. */
  readonly words?: Readonly<Record<string, { readonly path: OptionPath; readonly value: unknown }>>;
  /** Proposed answer, and the one that is taken without a terminal. Without, an answer is required. */
  readonly proposal?: string;
  /** A better proposal where it can be known; only a person gets it, who sees it. */
  readonly propose?: (answers: Answers, surroundings: Surroundings) => string | undefined;
  /** Answers to choose from where others are possible. */
  readonly known?: (surroundings: Surroundings) => readonly string[];
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
function about({ options }: Question, root: z.ZodObject): string {
  return options
    .map((path) => schemaAt(root, path))
    .map((schema) => (schema && description(schema)) ?? "")
    .join(" Or: ");
}

/** What a person reads above the question: one sentence, since the reference has the rest. */
export function hint(question: Question, root: z.ZodObject): string {
  return question.hint ?? about(question, root).replace(/(?<=\.) [A-Z].*$/s, "");
}

/** Answers to choose from. */
export interface Choices {
  readonly values: readonly string[];
  /** Whether another answer is possible. */
  readonly open: boolean;
}

/** The answers that the schema enumerates, or that are known; undefined where there are none. */
export function choices(
  { known, options, words }: Question,
  root: z.ZodObject,
  surroundings: Surroundings,
): Choices | undefined {
  const [schema] = options.map((path) => schemaAt(root, path));
  const inner = schema && unwrap(schema);
  if (options.length === 1 && inner instanceof z.ZodEnum) return { values: inner.options.map(String), open: false };
  const values = [...Object.keys(words ?? {}), ...(known?.(surroundings) ?? [])];
  return values.length > 0 ? { values, open: true } : undefined;
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
