import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { loadConfiguration } from "../../config/load";
import { ANY_NAME, allOptions, defaultValue, isOptional, unwrap } from "../../config/options";
import { projectPath } from "../../config/project";
import { type Configuration, consumerSchema, environmentSchema } from "../../config/schema";

const FOLDER = "proof/rehearse/everything-on";

const SCHEMAS = { environments: environmentSchema, consumers: consumerSchema };

type Kind = keyof typeof SCHEMAS;

export interface Exercise {
  readonly values: number;
  /** Values that no rehearsed file has. */
  readonly left: readonly string[];
  /** Those that `not-rehearsed.yaml` gives a reason for. */
  readonly excused: readonly string[];
}

/** The environments and consumers whose files exercise every option. */
export function everythingOn(): Configuration {
  return loadConfiguration({ folder: projectPath(FOLDER) });
}

/** Which option values the shipped files and those of `everything-on` exercise when each of them is rehearsed. */
export function exercise(kind: Kind): Exercise {
  const file = projectPath(join(FOLDER, "not-rehearsed.yaml"));
  const exceptions = parse(readFileSync(file, "utf8")) as Readonly<
    Record<Kind, readonly { readonly options: readonly string[]; readonly reason: string }[]>
  >;
  const schema = SCHEMAS[kind];
  const values = optionValues(schema);
  const left = notExercised(schema, values, [...loadConfiguration({ files: [] })[kind], ...everythingOn()[kind]]);
  const names = left.map(({ option, value }) => `${option} ${value}`);
  return {
    values: values.length,
    left: names,
    excused: exceptions[kind].flatMap(({ options }) => options).flatMap((option) => excusedBy(option, names)),
  };
}

/** What an entry stands for: itself, or with ` *` at its end all that is left of an option and of those below it. */
function excusedBy(entry: string, left: readonly string[]): readonly string[] {
  const [option, all] = entry.split(" *");
  const below = left.filter((name) => name.startsWith(`${option} `) || name.startsWith(`${option}.`));
  return all === undefined || below.length === 0 ? [entry] : below;
}

/** An option with a kind of value, e.g. `network.natGateways` `none`; `other` than the default; `given` at all. */
export interface OptionValue {
  readonly option: string;
  readonly value: string;
}

/** A choice of more values than that, e.g. of a Region, is exercised by any of them. */
const MOST_CHOICES = 12;

/** Texts of people: they reach no AWS call. */
const REASONS = /^acknowledge\.|\.acknowledge[A-Z]/;

/**
 * Every value of a schema's options that a rehearsal can exercise: each of a choice, both of a switch, a number or a text
 * other than the default, and a list or an optional option that is given.
 */
export function optionValues(schema: z.ZodObject): OptionValue[] {
  return [...allOptions(schema)].flatMap(({ path, schema: one }) => {
    const option = path.join(".");
    if (REASONS.test(option)) return [];
    return kinds(one).map((value) => ({ option, value }));
  });
}

function kinds(schema: z.core.$ZodType): string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodEnum && inner.options.length <= MOST_CHOICES) return inner.options.map(String);
  if (inner instanceof z.ZodBoolean) return ["true", "false"];
  if (inner instanceof z.ZodObject) return schema instanceof z.ZodOptional ? ["given"] : [];
  if (inner instanceof z.ZodArray || inner instanceof z.ZodRecord) return ["given"];
  if (defaultValue(schema) !== undefined) return ["other"];
  return isOptional(schema) ? ["given"] : [];
}

/** Of these values those that none of some configurations has. */
export function notExercised(
  schema: z.ZodObject,
  values: readonly OptionValue[],
  configurations: readonly object[],
): OptionValue[] {
  const options = new Map([...allOptions(schema)].map((each) => [each.path.join("."), each]));
  return values.filter(({ option, value }) => {
    const found = options.get(option);
    if (found === undefined) throw new Error(`no option ${option}`);
    const given = configurations.flatMap((each) => valuesAt(each, found.path));
    return !given.some((each) => isExercised(each, value, defaultValue(found.schema)));
  });
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [head, ...rest] = path;
  if (head === undefined) return value === undefined ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  if (head === ANY_NAME) return Object.values(value).flatMap((one) => valuesAt(one, rest));
  const inside = (value as Record<string, unknown>)[head.replace("[]", "")];
  const each = head.endsWith("[]") ? (Array.isArray(inside) ? inside : []) : [inside];
  return each.flatMap((one) => valuesAt(one, rest));
}

function isExercised(given: unknown, value: string, standard: unknown): boolean {
  if (value === "other") return JSON.stringify(given) !== JSON.stringify(standard);
  if (value !== "given") return String(given) === value;
  return Array.isArray(given) || typeof given === "object" ? Object.keys(given ?? {}).length > 0 : true;
}
