import ipaddr from "ipaddr.js";
import { stringify } from "yaml";
import * as z from "zod";
import { howToFind, mainOptionOf, meaningOf } from "./answers";
import { closest } from "./closest";
import { description, isOptional, schemaAt, sectionKeys, unwrap } from "./options";
import { formatValue, type Path } from "./problem";
import { partition } from "./regions";
import { onceInWords, regions } from "./schema/primitives";
import { inUnitOf } from "./units";

function requiredOptions(section: z.core.$ZodType): string {
  const names = sectionKeys(section).filter((key) => {
    const option = schemaAt(section, [key]);
    return option !== undefined && !isOptional(option);
  });
  return names.join(" and ");
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

export function fixFor(issue: z.core.$ZodIssue, wrong: Wrong): string {
  const { given, option, path } = wrong;
  const key = path.at(-1);
  if (given === undefined) {
    const required = option ? requiredOptions(option) : "";
    return `add ${[key, required].filter(Boolean).join(" with ")}${what(option)}`;
  }
  if (path.length === 0) return "write one option a line: option: value";
  if (wrong.source.length > LONGEST_GUESSED) return inThatForm;
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

/** Of a longer value nobody can guess what was meant, and comparing it takes seconds. */
const LONGEST_GUESSED = 4096;

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

/** The ARN of the queue whose URL this is. */
function queueArn(text: string): readonly string[] | undefined {
  const [, host, account, name] = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com\/(\d{12})\/([\w-]+)$/.exec(text) ?? [];
  const region = regions.find((each) => each === host);
  return region === undefined ? undefined : [`arn:${partition(region)}:sqs:${region}:${account}:${name}`];
}

const SCHEDULES: Readonly<Record<string, string>> = {
  hourly: "rate(1 hour)",
  daily: "cron(0 0 * * ? *)",
  midnight: "cron(0 0 * * ? *)",
  weekly: "cron(0 0 ? * SUN *)",
  monthly: "cron(0 0 1 * ? *)",
  yearly: "cron(0 0 1 1 ? *)",
};

/** `0 3 * * 1-5` as EventBridge writes it: one of the two days is `?`, weeks begin with Sunday as 1, and years count. */
function cronOfAws(text: string): readonly string[] | undefined {
  const often = /^(?:@?every|rate)?\s*\(?(\d+)\s*(m|min|minutes?|h|hours?|d|days?)\)?$/i.exec(text);
  if (often) {
    const [, number, word = ""] = often;
    const unit = { m: "minute", h: "hour", d: "day" }[word.charAt(0).toLowerCase()];
    return [`rate(${number} ${unit}${number === "1" ? "" : "s"})`];
  }
  const named = SCHEDULES[text.replace(/^@/, "").toLowerCase()];
  if (named) return [named];
  // Quartz begins with seconds.
  const [, quartz] = /^0 (\S+ \S+ \S+ \S+ \S+)$/.exec(text) ?? [];
  if (quartz) return [`cron(${quartz} *)`];
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
  const key = wrong.path.at(-1);
  const candidates = [
    text,
    text.toLowerCase(),
    text.replace(/\.$/, ""),
    text.normalize("NFC"),
    ...(/^\d{12}$/.test(text) ? [`arn:aws:iam::${text}:root`] : []),
    ...(/^arn:aws[a-z-]*:iam::\d{12}$/.test(text) ? [`${text}:root`] : []),
    text.replaceAll("_", "-").toLowerCase(),
    ...(/^\d+(\.\d+){3}$/.test(text) && typeof key === "number" ? [`${text}/32`] : []),
    text.replace(/^(https?|docker):\/\//, "").replace(/\/$/, ""),
    `/${text}`,
    `/${text.replace(/^\/|\/$/g, "")}/`,
    ...(/^[\d\s-]+$/.test(text) ? [text.replace(/[\s-]/g, "")] : []),
    ...(key === "project" ? [text.toLowerCase().replace(/[^a-z0-9]+/g, "-")] : []),
    ...(key === "instanceClass" ? [`db.${text}`] : []),
    ...(key === "cidr" ? [`${text}/16`] : []),
    ...(key === "uri" || key === "image" ? [`docker.io/library/${text}`, `docker.io/${text}`] : []),
    ...(firstAddress(text) ?? []),
    ...(key === "name" || key === "userName" ? [text.toLowerCase().replaceAll("-", "_")] : []),
    ...(/^https?:\/\/[^/]+(\/[^?#]*)/.exec(text)?.slice(1) ?? []),
    ...(queueArn(text) ?? []),
    ...(cronOfAws(text) ?? []),
    ...(isoDay(text) ?? []),
  ];
  const better = candidates.find((candidate) => candidate !== wrong.given && taken(wrong, candidate, candidate));
  if (better !== undefined) return `write ${inYaml(better)}`;
  const half = typeof wrong.given === "number" ? Math.max(0.5, Math.round(wrong.given * 2) / 2) : undefined;
  const near = half === undefined ? undefined : taken(wrong, half, `write ${half}`);
  if (near) return near;
  return secretWithKey(wrong) ?? howToFind(wrong.path, text) ?? inThatForm;
}

/** ECS writes the key of a secret's JSON behind the ARN. */
function secretWithKey(wrong: Wrong): string | undefined {
  const [, arn = "", key = ""] =
    /^(arn:[^:]+:secretsmanager:[^:]*:\d*:secret:[^:]+):([^:]+):[^:]*:[^:]*$/.exec(wrong.source) ?? [];
  return taken(wrong, arn, `write ${arn}, and jsonKey: ${key} beside it`);
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

/** What an option is for, in brackets behind a fix. */
function what(option: z.core.$ZodType | undefined): string {
  const about = option && description(option)?.replace(/\.$/, "");
  return about ? ` (${about})` : "";
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
  const meaning = meaningOf(
    path.findLast((part) => typeof part === "string"),
    source,
  );
  if (meaning && texts.includes(meaning)) return `write ${meaning}`;
  if (typeof given === "number" && values.every((value) => typeof value === "number")) {
    return `choose ${nearest(given, values as readonly number[]).join(" or ")}`;
  }
  const meant = closest(source, texts);
  if (meant) return `did you mean ${meant}?`;
  if (texts.includes("eu-central-1") && /^[a-z]{2}(-[a-z]+)+-\d$/.test(source)) {
    return "choose one of them; the list is this project's: a Region that AWS has added since goes into config/schema/primitives.ts";
  }
  return `choose one of them${what(wrong.option)}`;
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
    const parts = String(given).split(/[\s,]+/);
    return (
      inWordsOfACommand(wrong) ??
      taken(wrong, [given], `write it as a list: [${formatValue(given)}]`) ??
      taken(wrong, parts, `write it as a list: ${JSON.stringify(parts)}`) ??
      taken(wrong, parts.map(Number), `write it as a list: ${JSON.stringify(parts.map(Number))}`) ??
      "write it as a list, one entry a line behind a hyphen"
    );
  }
  if (expected === "array") return "write it as a list: a hyphen in front of the first option of each entry";
  if (expected === "record") return fixForMap(wrong);
  if (expected === "object") return fixForSection(wrong);
  return fixForText(wrong) ?? "write a value of that kind";
}

/** Other tools write a text as a section of its own: `NAME: { value: text }`. */
function fixForText(wrong: Wrong): string | undefined {
  const entries = typeof wrong.given === "object" && wrong.given !== null ? Object.values(wrong.given) : [];
  const [only] = entries;
  return entries.length === 1 && typeof only === "string" ? taken(wrong, only, `write ${inYaml(only)}`) : undefined;
}

function fixForNumber(wrong: Wrong): string {
  const { given, source } = wrong;
  const units = inCpuUnits(wrong);
  if (units) return units;
  if (typeof given === "number") {
    const whole = Math.round(given);
    return taken(wrong, whole, `write a whole number, e.g. ${whole}`) ?? "write a whole number in these limits";
  }
  const converted = inUnitOf(wrong.path, source);
  if (converted) {
    const { number, unit } = converted;
    return (
      taken(wrong, number, `write ${number}: the unit is ${unit}`) ?? `write a number of that kind; the unit is ${unit}`
    );
  }
  // Compose writes host and container: the container's port is the last one.
  const port = Number(/^(?:[\d.]*:?\d+:)?(\d+)(?:\/tcp)?$/.exec(source)?.[1]);
  const plainly = Number(source);
  if (source.trim() !== "" && taken(wrong, plainly, "")?.length === 0) return `remove the quotes: ${source.trim()}`;
  if (taken(wrong, port, "") !== undefined) return `write ${port}`;
  const [, digits = ""] = /^\s*(\d[\d_]*)\s*[A-Za-z%]*\s*$/.exec(source) ?? [];
  const number = Number(digits.replaceAll("_", ""));
  return digits && taken(wrong, number, "") !== undefined
    ? `write ${number}: the unit belongs to the option, digits have no separators`
    : "write a number in these limits, without quotes";
}

/** A value where a section belongs is most likely one option of it: the only one that takes it, or that it needs. */
function fixForSection({ given, option, path }: Wrong): string {
  const whichTake = (value: unknown) =>
    option && (typeof value !== "object" || Array.isArray(value))
      ? sectionKeys(option).filter((key) => {
          const part = schemaAt(option, [key]);
          return part !== undefined && z.safeParse(part, value).success;
        })
      : [];
  const asList = whichTake(given).length === 0 && whichTake([given]).length > 0;
  const written = asList ? [given] : given;
  const takers = whichTake(written);
  const needed = takers.filter((key) => option && !isOptional(schemaAt(option, [key]) as z.core.$ZodType));
  const main = mainOptionOf(path);
  const [meant, ...others] =
    main !== undefined ? takers.filter((key) => key === main) : needed.length > 0 ? needed : takers;
  if (meant === undefined) return howToFind(path, String(given)) ?? "write its options indented below it";
  const text = (key: string) => `${key}: ${Array.isArray(written) ? JSON.stringify(written) : inYaml(written)}`;
  if (others.length === 0) return `write ${text(meant)} indented below it`;
  return needed.length > 1 ? `write { ${needed.map(text).join(", ")} }` : "write its options indented below it";
}

/** Kubernetes, Compose and CloudFormation write as a list what is a map here. */
function fixForMap({ given, option }: Wrong): string {
  const [first] = Array.isArray(given) ? given : [];
  const form = "write one NAME: value a line, without hyphens";
  if (typeof first === "string" && first.includes("=")) {
    return `${form}, e.g. ${first.split("=")[0]}: "${first.split("=").slice(1).join("=")}"`;
  }
  const map = option && unwrap(option);
  const ofSections = map instanceof z.ZodRecord && unwrap(map.valueType) instanceof z.ZodObject;
  if (typeof first === "object" && first !== null) {
    const {
      Key,
      Name,
      Value,
      key = Key,
      name = Name ?? key,
      value = Value,
      valueFrom,
    } = first as Record<string, unknown>;
    if (typeof name === "string" && typeof valueFrom === "string") {
      return `${form}, e.g. ${name}: { ${valueFrom.includes(":secretsmanager:") ? "secretsManager" : "parameter"}: "${valueFrom}" }`;
    }
    if (typeof name === "string" && ofSections)
      return `write ${name}: without a hyphen, and its options indented below it`;
    if (typeof name === "string" && value !== undefined) return `${form}, e.g. ${name}: ${formatValue(String(value))}`;
  }
  if (ofSections) return "write one name a line, without hyphens, each with its options indented below it";
  return Array.isArray(given) ? form : "write its entries indented below it, one NAME: value a line";
}

/** A name of the user's choice in the form that the section takes. */
export function fixForName(section: z.core.$ZodType | undefined, name: string): string {
  const map = section && unwrap(section);
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const candidates = [
    words.join("-").toLowerCase(),
    words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(""),
    words.join("_"),
    `/${name.replace(/^\/|\/$/g, "")}`,
  ];
  const better =
    map instanceof z.ZodRecord
      ? candidates.find((candidate) => z.safeParse(map.keyType, candidate).success)
      : undefined;
  return better === undefined ? "rename it" : `rename it to ${better}`;
}
