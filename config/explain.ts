import { distance } from "fastest-levenshtein";
import * as z from "zod";
import { answerTo } from "./answers";
import { closest } from "./closest";
import { fixFor, fixForName } from "./fixes";
import { ANY_NAME, allOptions, allowedValues, schemaAt, sectionKeys, unwrap } from "./options";
import { formatValue, type Path } from "./problem";

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
      return issue.keys.map((key) => explainUnknownKey(schema, path, key, valueAt(raw, [...path, key])));
    }
    const given = valueAt(raw, path);
    const option = schemaAt(schema, path);
    if (issue.code === "invalid_key") {
      const key = path.at(-1);
      const fix = fixForName(schemaAt(schema, path.slice(0, -1)), String(key));
      return [{ path, given: `the name ${formatValue(key)}`, allowed: message(issue.issues), fix }];
    }
    const allowed = issue.code === "custom" || !option ? issue.message : allowedValues(option);
    const source = sourceOf(path) ?? String(given);
    const fix = fixFor(issue, { given, source, path, option });
    // A list of all Regions does not help after a typing error.
    const meant = /^did you mean (.*)\?$/.exec(fix)?.[1];
    const short = meant && option ? shortened(allowed, meant, option) : allowed;
    return [{ path, given: formatValue(given), allowed: short, fix }];
  });
}

/** A long choice as the values near to the one that was meant. */
function shortened(allowed: string, meant: string, option: z.core.$ZodType): string {
  const choice = unwrap(option);
  if (!(choice instanceof z.ZodEnum) || choice.options.length <= mostShown) return allowed;
  const near = choice.options.map(String).sort((a, b) => distance(a, meant) - distance(b, meant));
  return `${near.slice(0, 5).join(", ")}, … (${choice.options.length} values)`;
}

const mostShown = 24;

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

function explainUnknownKey(schema: z.ZodType, parent: Path, key: string, value: unknown): Explanation {
  const path = [...parent, key];
  const section = schemaAt(schema, parent);
  const meant = section ? closest(key, sectionKeys(section)) : undefined;
  // Several options of that name are as many different things, and so is one below a name of the user's choice.
  const [only, ...others] = [...allOptions(schema)].filter((option) => option.path.at(-1) === key);
  const unique = only && others.length === 0 && !key.includes("[") && !only.path.includes(ANY_NAME);
  const moved = unique && z.safeParse(only.schema, value).success;
  const fix =
    answerTo(path) ??
    (meant ? `did you mean ${meant}? rename it` : moved ? `move it to ${only.path.join(".")}` : "remove it");
  const allowed = section ? allowedValues(section) : "no option";
  return { path, given: `the unknown option ${key}`, allowed, fix };
}
