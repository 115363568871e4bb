import type { Problem } from "./problem";

/** Values that are credentials whatever the variable's name: keys, tokens, and a password within a URL. */
const CREDENTIALS = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  /\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|[rs]k_live_\w{10,})/,
  /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/,
];

const NAME_OF_A_SECRET =
  /(^|[_.-])(pass(word|wd|phrase|code)|pwd|secret|token|credentials?|(api|access|private|secret|signing|encryption|license)[_-]?key)$/i;

/** Switches, numbers, and what says where a secret is: an ARN, a path, an address. */
const NO_SECRET = /^(|true|false|yes|no|on|off|none|\d{1,4}|arn:.*|\.{0,2}\/.*|[a-z][a-z0-9+.-]*:\/\/.*)$/is;

/** Whether a variable most likely holds a secret. */
export const looksSecret = (name: string, value: string): boolean =>
  CREDENTIALS.some((form) => form.test(value)) || (NAME_OF_A_SECRET.test(name) && !NO_SECRET.test(value));

export const NOT_REPEATED = "what looks like a secret; its value is not repeated here";

/** `masterPassword` as `master_Password`. */
const inWords = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1_$2");

/** Options that say where a secret is: a value that does not is most likely the secret itself. */
const ADDRESS_OF_A_SECRET = /^(secretArn|credentialsSecretArn|secretsManager|valueFrom)$/;

/** Options of an entry of `secrets` that are names. */
const NAME = /^(name|key|jsonKey)$/i;

/** A text or number as it stands in a message. */
const shown = (value: unknown): string | undefined =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;

/** Secrets in one text: `NAME=value`, `--name value`, `user:password@host`. */
function within(text: string): string[] {
  // Begins at the beginning of a word alone: a long text would take minutes otherwise.
  const pairs = [...text.matchAll(/(?<![\w.-])([\w.-]+)=(\S+)/g), ...text.matchAll(/(?:^|\s)--?([\w-]+)\s+(\S+)/g)];
  return [
    ...pairs.flatMap(([, name = "", value = ""]) => (looksSecret(name.replace(/^-+/, ""), value) ? [value] : [])),
    ...(/^[^\s:@/]+:[^\s@/]+@[\w.-]+/.test(text) ? [text] : []),
  ];
}

/**
 * Every text of a file that is most likely a secret, wherever it stands: also where no option is, and in the form of
 * another tool.
 *
 * @param value content of the file, unchecked
 * @param depthInSecrets 1 of a section `secrets`, 2 of what stands by the name of a variable there, 3 inside of that
 */
export function secretTexts(value: unknown, name = "", depthInSecrets = 0): string[] {
  const text = shown(value);
  if (text !== undefined) {
    const secret =
      looksSecret(inWords(name), text) ||
      ((depthInSecrets === 2 || (depthInSecrets > 2 && !NAME.test(name)) || ADDRESS_OF_A_SECRET.test(name)) &&
        !NO_SECRET.test(text));
    return secret ? [text] : within(text);
  }
  if (typeof value !== "object" || value === null) return [];
  const depth = depthInSecrets && depthInSecrets + 1;
  if (Array.isArray(value)) return value.flatMap((entry) => secretTexts(entry, name, depth));
  const entries = Object.entries(value);
  const called = entries.find(([key, of]) => /^(name|key)$/i.test(key) && typeof of === "string")?.[1] ?? name;
  const alone = entries.length === 1 && NAME_OF_A_SECRET.test(inWords(name));
  return entries.flatMap(([key, entry]) =>
    secretTexts(entry, /^value$/i.test(key) || alone ? called : key, depth || (key === "secrets" ? 1 : 0)),
  );
}

/** Whether a text holds a secret, also where it is cut off within it. */
const holds = (text: string, secret: string): boolean =>
  text.includes(secret) ||
  (/…"?$/.test(text) &&
    Array.from({ length: Math.min(secret.length, text.length) }, (_, length) => secret.slice(0, length)).some(
      (begin) => begin.length > 3 && text.replace(/…"?$/, "").endsWith(begin),
    ));

/** The same problem without the secrets of its file. */
export function withoutSecrets(problem: Problem, secrets: readonly string[]): Problem {
  // As text, and as the JSON in which values are shown.
  const forms = secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter((form) => form.length > 2)
    .sort((a, b) => b.length - a.length);
  if (!forms.some((form) => holds(problem.given, form) || problem.fix.includes(form))) return problem;
  const fix = forms.reduce((text, form) => text.replaceAll(form, "…"), problem.fix);
  return { ...problem, given: forms.some((form) => holds(problem.given, form)) ? NOT_REPEATED : problem.given, fix };
}

/** A line that is no YAML, without the secret in it. */
export function lineWithoutSecret(line: string): string {
  const [, name = "", value = ""] = /^[-\s"']*([\w.-]+)["']?\s*[:=]\s*(.+)$/.exec(line) ?? [];
  const secret = CREDENTIALS.some((form) => form.test(value)) || NAME_OF_A_SECRET.test(inWords(name));
  return secret ? line.replace(value, "…") : line;
}
