import * as z from "zod";
import type { Path } from "./problem";

/** The schema inside wrappers that only add a default or make an option optional. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.def.innerType;
  }
  return inner;
}

/** The schema of the option at a path; undefined where there is none. */
export function schemaAt(root: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = root;
  for (const part of path) {
    if (!schema) return undefined;
    const container = unwrap(schema);
    if (container instanceof z.ZodObject) schema = container.shape[part as string];
    else if (container instanceof z.ZodArray) schema = container.element;
    else if (container instanceof z.ZodRecord) schema = container.valueType;
    else return undefined;
  }
  return schema;
}

/** The one-sentence doc of an option. */
export function description(schema: z.core.$ZodType): string | undefined {
  return z.globalRegistry.get(schema)?.description;
}

/** Whether the option may be left out. */
export function isOptional(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
}

/**
 * The values that an option takes, in words that complete "allowed: …".
 *
 * @param most number of values after which a long choice is cut off
 */
export function allowedValues(schema: z.core.$ZodType, most = Number.POSITIVE_INFINITY): string {
  const inner = unwrap(schema);
  const ofPart = (part: z.core.$ZodType) => allowedValues(part, most);
  if (inner instanceof z.ZodEnum) return oneOf(inner.options, most);
  if (inner instanceof z.ZodLiteral) return oneOf([...inner.values], most);
  if (inner instanceof z.ZodUnion) return inner.options.map(ofPart).join(", or ");
  if (inner instanceof z.ZodNumber) return numbers(inner);
  if (inner instanceof z.ZodBoolean) return "true or false";
  if (inner instanceof z.ZodArray) {
    const section = unwrap(inner.element) instanceof z.ZodObject;
    return `a list${size(inner)}, each entry ${section ? "with " : ""}${ofPart(inner.element)}`;
  }
  if (inner instanceof z.ZodRecord) return `names of your choice, each with ${ofPart(inner.valueType)}`;
  if (inner instanceof z.ZodObject) return `the options ${Object.keys(inner.shape).join(", ")}`;
  return inWords(inner) ?? "text";
}

/** What stands in the schema about the pattern of a text, for people. */
function inWords(schema: z.core.$ZodType): string | undefined {
  const words: unknown = z.globalRegistry.get(schema)?.patternErrorMessage;
  return typeof words === "string" ? words : undefined;
}

function oneOf(values: readonly unknown[], most: number): string {
  const texts = values.map(String);
  if (texts.length > most) return `${texts.slice(0, 3).join(", ")}, … (${texts.length} values)`;
  const last = texts.pop();
  return texts.length === 0 ? `${last}` : `${texts.join(", ")} or ${last}`;
}

function numbers(schema: z.ZodNumber): string {
  const kind = schema.format === "safeint" ? "a whole number" : "a number";
  const minimum = limit(schema.minValue);
  const maximum = limit(schema.maxValue);
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind} of at least ${minimum}`;
  return maximum === undefined ? kind : `${kind} of at most ${maximum}`;
}

/** A bound that an author has set; zod gives whole numbers those of JavaScript. */
function limit(value: number | null): number | undefined {
  return value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
}

function size(schema: z.ZodArray): string {
  const { minimum, maximum } = schema._zod.bag;
  if (minimum && maximum) return ` of ${minimum} to ${maximum}`;
  if (minimum) return ` of at least ${minimum}`;
  return maximum ? ` of at most ${maximum}` : "";
}

/** Stands for a name of the user's choice in the path of an option, e.g. `consumers.<name>.principals`. */
export const ANY_NAME = "<name>";

/** Every option below a schema in the order of its definition; `listeners[]` stands for an entry of a list. */
export function* allOptions(
  schema: z.core.$ZodType,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly schema: z.core.$ZodType }> {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) {
    yield* allOptions(inner.element, [...path.slice(0, -1), `${path.at(-1)}[]`]);
  } else if (inner instanceof z.ZodRecord) {
    yield* allOptions(inner.valueType, [...path, ANY_NAME]);
  } else if (inner instanceof z.ZodObject) {
    for (const [key, child] of Object.entries(inner.shape)) {
      const childPath = [...path, key];
      yield { path: childPath, schema: child };
      yield* allOptions(child, childPath);
    }
  }
}

/** The value that an option has when it is left out; undefined where it then has none. */
export function defaultValue(schema: z.core.$ZodType): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}

/** Names of the options directly in a section. */
export function sectionKeys(section: z.core.$ZodType): string[] {
  return [...allOptions(section)].flatMap(({ path }) => (path.length === 1 ? path : []));
}
