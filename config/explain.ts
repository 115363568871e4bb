import { distance } from "fastest-levenshtein";
import ipaddr from "ipaddr.js";
import { stringify } from "yaml";
import * as z from "zod";
import { answerTo, meaningOf } from "./answers";
import { allOptions, allowedValues, description, isOptional, schemaAt, unwrap } from "./options";
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
      return issue.keys.map((key) => explainUnknownKey(schema, path, key, valueAt(raw, [...path, key])));
    }
    const given = valueAt(raw, path);
    const option = schemaAt(schema, path);
    if (issue.code === "invalid_key") {
      const key = path.at(-1);
      return [{ path, given: `the name ${formatValue(key)}`, allowed: message(issue.issues), fix: "rename it" }];
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
  // Several options of that name are as many different things.
  const [only, ...others] = [...allOptions(schema)].filter((option) => option.path.at(-1) === key);
  const moved = only && others.length === 0 && !key.includes("[") && z.safeParse(only.schema, value).success;
  const fix =
    answerTo(path) ??
    (meant ? `did you mean ${meant}? rename it` : moved ? `move it to ${only.path.join(".")}` : "remove it");
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

/** The most similar candidate; undefined if none is similar. */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  // Two letters that have changed places are two edits.
  const allowance = Math.min(Math.max(2, Math.floor(text.length / 3)), text.length - 1);
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(text.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best && best.edits <= allowance ? best.candidate : undefined;
}

/** `Unknown environment "dve". Available: dev, prod. Did you mean "dev"?` */
export function unknownName(kind: string, given: string, available: readonly string[]): string {
  const meant = closest(given, available);
  return [
    `Unknown ${kind} "${given}". Available: ${available.join(", ") || "none"}.`,
    ...(meant === undefined ? [] : [`Did you mean "${meant}"?`]),
  ].join(" ");
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
  const variable = typeof given === "string" ? /\$\{?[A-Za-z_]\w*\}?/.exec(given)?.[0] : undefined;
  if (variable) return `write the value itself: variables such as ${variable} are not substituted`;
  if (given === null) return "write its value or its options below it, or remove the line";
  switch (issue.code) {
    case "invalid_value":
      return issue.message.startsWith("Invalid") ? fixForChoice(wrong, issue.values) : issue.message;
    case "invalid_type":
      return fixForType(wrong, issue.expected);
    case "too_small":
      return issue.origin === "array"
        ? `write at least ${issue.minimum}`
        : (inCpuUnits(wrong) ?? `raise it to at least ${issue.minimum}`);
    case "too_big":
      return issue.origin === "array" ? `keep at most ${issue.maximum}` : `lower it to at most ${issue.maximum}`;
    case "invalid_union":
      return inWordsOfACommand(wrong) ?? formed(wrong);
    case "custom":
      return typeof key === "number" && issue.message === onceInWords ? "remove the repetition" : formed(wrong);
    default:
      return formed(wrong);
  }
}

/** In quotes where YAML would read something else: `true`, `12`. */
const inYaml = (value: unknown): string => stringify(value, { lineWidth: 0 }).trim();

const inThatForm = "write it in that form";

/** A value that the option takes, as it would be written; undefined where it does not take it. */
const taken = ({ option }: Wrong, value: unknown, words: string): string | undefined =>
  option && z.safeParse(option, value).success ? words : undefined;

/** A block by its first address: `10.20.0.1/16` is meant as `10.20.0.0/16`. */
function firstAddress(text: string): readonly string[] | undefined {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) {
    return [`${ipaddr.IPv4.networkAddressFromCIDR(text)}/${text.split("/")[1]}`];
  }
  if (!ipaddr.IPv6.isValidCIDR(text)) return undefined;
  return [`${ipaddr.IPv6.networkAddressFromCIDR(text)}/${text.split("/")[1]}`];
}

/** `0 3 * * 1-5` as EventBridge writes it: one of the two days is `?`, weeks begin with Sunday as 1, and years count. */
function cronOfAws(text: string): readonly string[] | undefined {
  const fields = text.replace(/^cron\((.*)\)$/, "$1").split(/\s+/);
  const [minutes, hours, day, month, weekday] = fields;
  if (fields.length !== 5 || day === undefined || weekday === undefined) return undefined;
  const weekdays = weekday.replace(/\b[0-7]\b/g, (number) => String((Number(number) % 7) + 1));
  const days = weekday === "*" ? [day, month, "?"] : ["?", month, weekdays];
  return [`cron(${[minutes, hours, ...days, "*"].join(" ")})`];
}

/** `31.03.2027` and `2027/3/31` as `2027-03-31`; of two numbers between slashes nobody knows which is the month. */
function isoDay(text: string): readonly string[] | undefined {
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  const parts = year ? [year, month, day] : /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(text)?.slice(1);
  return parts && [parts.map((part = "") => part.padStart(2, "0")).join("-")];
}

/** What a text most likely should have been, if the option takes that. */
function formed(wrong: Wrong): string {
  const text = wrong.source.trim();
  const candidates = [
    text,
    text.toLowerCase(),
    text.replace(/\.$/, ""),
    text.normalize("NFC"),
    ...(/^\d{12}$/.test(text) ? [`arn:aws:iam::${text}:root`] : []),
    ...(/^arn:aws[a-z-]*:iam::\d{12}$/.test(text) ? [`${text}:root`] : []),
    text.replaceAll("_", "-").toLowerCase(),
    ...(/^\d+(\.\d+){3}$/.test(text) && typeof wrong.path.at(-1) === "number" ? [`${text}/32`] : []),
    text.replace(/^(https?|docker):\/\//, "").replace(/\/$/, ""),
    `/${text}`,
    `/${text.replace(/^\/|\/$/g, "")}/`,
    ...(text.includes(".") ? [`db.${text}`] : []),
    ...(firstAddress(text) ?? []),
    ...(cronOfAws(text) ?? []),
    ...(isoDay(text) ?? []),
  ];
  const better = candidates.find((candidate) => candidate !== wrong.given && taken(wrong, candidate, candidate));
  return better === undefined ? inThatForm : `write ${inYaml(better)}`;
}

const COMMANDS = ["command", "entryPoint", "healthCheckCommand", "dataLoadCommand"];

/** A command line as the list of its words, which no shell splits; a line that needs a shell gets one. */
function inWordsOfACommand(wrong: Wrong): string | undefined {
  const key = wrong.path.at(-1);
  if (typeof wrong.given !== "string" || typeof key !== "string" || !COMMANDS.includes(key)) return undefined;
  const line = wrong.given.trim();
  const needsShell = /["'`$&|;<>()*?~\\]/.test(line);
  const check = key === "healthCheckCommand";
  const shell = check ? ["CMD-SHELL"] : ["sh", "-c"];
  const words = needsShell ? [...shell, line] : [...(check ? ["CMD"] : []), ...line.split(/\s+/)];
  return taken(wrong, words, `write it as a list: ${JSON.stringify(words)}`);
}

/** ECS counts 1024 units to a vCPU, and people count in vCPUs. */
function inCpuUnits(wrong: Wrong): string | undefined {
  const units =
    typeof wrong.given === "number" && wrong.path.at(-1) === "cpu" && !Number.isInteger(wrong.given)
      ? wrong.given * 1024
      : 0;
  return taken(wrong, units, `write ${units}: 1024 is one vCPU`);
}

function fixForChoice(wrong: Wrong, values: readonly unknown[]): string {
  const { given, path, source } = wrong;
  const texts = values.map(String);
  const same = values.find((value) => String(value) === source);
  if (same !== undefined && typeof given === "object") return `write ${JSON.stringify(same)}`;
  if (same !== undefined)
    return typeof given === "string" ? `remove the quotes: ${source}` : `put it in quotes: "${source}"`;
  // Other YAML readers take on and off for true and false, and so do people.
  const word = typeof given === "boolean" ? texts.find((text) => truths[text] === given) : undefined;
  if (word) return `write "${word}"`;
  const meaning = meaningOf(path.at(-1), source);
  if (meaning && texts.includes(meaning)) return `write ${meaning}`;
  if (typeof given === "number" && values.every((value) => typeof value === "number")) {
    return `choose ${nearest(given, values as readonly number[]).join(" or ")}`;
  }
  const meant = closest(source, texts);
  if (meant) return `did you mean ${meant}?`;
  if (texts.includes("eu-central-1") && /^[a-z]{2}(-[a-z]+)+-\d$/.test(source)) {
    return "choose one of them; the list is this project's: a Region that AWS has added since goes into config/schema/primitives.ts";
  }
  return "choose one of them";
}

/** The values beside a number: one below it and one above it, where there are. */
function nearest(given: number, values: readonly number[]): number[] {
  const below = values.filter((value) => value < given);
  const above = values.filter((value) => value > given);
  return [...(below.length > 0 ? [Math.max(...below)] : []), ...(above.length > 0 ? [Math.min(...above)] : [])];
}

function fixForType(wrong: Wrong, expected: string): string {
  const { given, source } = wrong;
  const plain = typeof given !== "object";
  if (expected === "string" && plain) return taken(wrong, source, `put it in quotes: "${source}"`) ?? formed(wrong);
  const truth = truths[source.toLowerCase()];
  if (expected === "boolean" && plain && truth !== undefined) return `write ${truth}`;
  if ((expected === "number" || expected === "int") && plain) return fixForNumber(wrong);
  if (expected === "array" && plain) {
    return (
      inWordsOfACommand(wrong) ??
      taken(wrong, [given], `write it as a list: [${formatValue(given)}]`) ??
      "write it as a list, one entry a line behind a hyphen"
    );
  }
  if (expected === "record") return fixForMap(given);
  if (expected === "object") return fixForSection(wrong);
  return "write a value of that kind";
}

function fixForNumber(wrong: Wrong): string {
  const { given, source } = wrong;
  const units = inCpuUnits(wrong);
  if (units) return units;
  if (typeof given === "number") {
    const whole = Math.round(given);
    return taken(wrong, whole, `write a whole number, e.g. ${whole}`) ?? "write a whole number in these limits";
  }
  const plainly = Number(source);
  if (source.trim() !== "" && taken(wrong, plainly, "")?.length === 0) return `remove the quotes: ${source.trim()}`;
  const [, digits = ""] = /^\s*(\d[\d_]*)\s*[A-Za-z%]*\s*$/.exec(source) ?? [];
  const number = Number(digits.replaceAll("_", ""));
  return digits && taken(wrong, number, "") !== undefined
    ? `write ${number}: the unit belongs to the option, digits have no separators`
    : "write a number in these limits, without quotes";
}

/** A value where a section belongs is most likely one option of it. */
function fixForSection({ given, option }: Wrong): string {
  const takers =
    option && typeof given !== "object"
      ? sectionKeys(option).filter((key) => {
          const part = schemaAt(option, [key]);
          return part !== undefined && z.safeParse(part, given).success;
        })
      : [];
  const [only, ...others] = takers;
  return only !== undefined && others.length === 0
    ? `write ${inYaml({ [only]: given })} indented below it`
    : "write its options indented below it";
}

/** Kubernetes, Compose and CloudFormation write as a list what is a map here. */
function fixForMap(given: unknown): string {
  const [first] = Array.isArray(given) ? given : [];
  const form = "write one NAME: value a line, without hyphens";
  if (typeof first === "string" && first.includes("=")) {
    return `${form}, e.g. ${first.split("=")[0]}: "${first.split("=").slice(1).join("=")}"`;
  }
  if (typeof first === "object" && first !== null) {
    const { Key, Name, Value, key = Key, name = Name ?? key, value = Value } = first as Record<string, unknown>;
    if (typeof name === "string" && value !== undefined) return `${form}, e.g. ${name}: ${formatValue(String(value))}`;
  }
  return Array.isArray(given) ? form : "write its entries indented below it, one NAME: value a line";
}
