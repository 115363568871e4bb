import * as z from "zod";
import { closest } from "./closest";
import { sectionKeys, unwrap } from "./options";

const unreadable = Symbol("unreadable");

/** Thrown where a rule reads an option that has no valid value. */
class UnreadableOption extends Error {}

/**
 * The options of a file that are valid, though others are not, so that rules can judge them in the same run.
 * Reading one that is not valid throws; `ifReadable` turns that into "no opinion".
 */
export function readableOptions(schema: z.core.$ZodType, raw: unknown): unknown {
  const parsed = z.safeParse(schema, raw);
  if (parsed.success) return parsed.data;
  const section = unwrap(schema);
  if (!(section instanceof z.ZodObject) || typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return unreadable;
  }

  const written = raw as Record<string, unknown>;
  const keys = sectionKeys(section);
  // A misspelt option has lost its value: its default says nothing.
  const misspelt = new Set(Object.keys(written).flatMap((key) => (keys.includes(key) ? [] : [closest(key, keys)])));
  const values = keys.map((key) => {
    const lost = misspelt.has(key) && written[key] === undefined;
    return [key, lost ? unreadable : readableOptions(section.shape[key], written[key])] as const;
  });
  return new Proxy(Object.fromEntries(values), {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (value === unreadable) throw new UnreadableOption(String(key));
      return value;
    },
  });
}

/** What `judge` says, or nothing if it looks at an option that has no valid value. */
export function ifReadable<Verdict>(judge: () => readonly Verdict[]): readonly Verdict[] {
  try {
    return judge();
  } catch (error) {
    if (error instanceof UnreadableOption) return [];
    throw error;
  }
}
