import * as z from "zod";
import { unwrap } from "../../config/options";
import type { StackJson } from "../synth";

/** A place in a schema that takes text: an option, an entry of a list, or a name or value of a map. */
export interface TextOption {
  /** E.g. `application.environment{value}`, `application.healthCheckCommand[]`. */
  readonly path: string;
  readonly schema: z.core.$ZodType;
}

/** Every place of a schema that takes text, choices excepted. */
export function* textOptions(schema: z.core.$ZodType, path = ""): Generator<TextOption> {
  const inner = unwrap(schema);
  const below = (key: string) => (path ? `${path}.${key}` : key);
  if (inner instanceof z.ZodObject) {
    for (const [key, child] of Object.entries(inner.shape)) yield* textOptions(child as z.core.$ZodType, below(key));
  } else if (inner instanceof z.ZodArray) yield* textOptions(inner.element, `${path}[]`);
  else if (inner instanceof z.ZodRecord) {
    yield* textOptions(inner.keyType, `${path}{name}`);
    yield* textOptions(inner.valueType, `${path}{value}`);
  } else if (inner instanceof z.ZodUnion) {
    for (const option of inner.options) yield* textOptions(option, path);
  } else if (inner instanceof z.ZodString || inner instanceof z.ZodEmail) yield { path, schema: inner };
}

/** Characters and pairs that Terraform, JSON or CDKTF take for more than text. */
export const SYNTAX = ['"', "\\", "${", "%{", "\n"];

/** Whether the option takes some text with any of these in it. */
export function takesSyntax({ schema }: TextOption, samples: readonly string[]): boolean {
  return samples.some((sample) =>
    SYNTAX.some((syntax) =>
      [`${sample}${syntax}${sample}`, `${syntax}${sample}`, `${sample}${syntax}`].some(
        (text) => z.safeParse(schema, text).success,
      ),
    ),
  );
}

/** What refers to something that only an apply knows. */
const REFERENCE =
  /\b(?:data\.)?(?:aws|docker|archive|terraform)_[a-z0-9_]+\.[\w-]+(?:\.[\w-]+|\[\d+\])*(?![\w"-])|\beach\.\w+(\.\w+)*|\bcount\.index\b/g;

/**
 * Attributes that hold a mark, as outputs of a configuration without providers: what they are to Terraform can be read
 * there. References in them are a fixed text.
 */
export function asOutputs(
  stacks: Readonly<Record<string, StackJson>>,
  mark: string,
): Record<string, { value: unknown }> {
  const outputs: Record<string, { value: unknown }> = {};
  for (const [id, { data, provider, resource }] of Object.entries(stacks)) {
    const blocks = [...Object.values(resource), ...Object.values(data), provider as never].flatMap((ofType) =>
      Object.values<object>(ofType),
    );
    for (const block of blocks) {
      for (const [attribute, value] of Object.entries(block)) {
        const text = JSON.stringify(value);
        if (!text.includes(mark)) continue;
        const name = `o${Object.keys(outputs).length}_${id}_${attribute}`.replaceAll(/[^\w-]/g, "_");
        outputs[name] = { value: JSON.parse(text.replace(REFERENCE, '\\"reference\\"')) };
      }
    }
  }
  return outputs;
}

/** Every text in a value: names and values of maps, entries of lists, and what is inside of JSON. */
export function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") {
    yield value;
    if (!/^[[{]/.test(value)) return;
    try {
      yield* textsIn(JSON.parse(value));
    } catch {
      // A text that only looks like JSON.
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, entry] of Object.entries(value)) {
      yield key;
      yield* textsIn(entry);
    }
  }
}
