/** Where an option stands in a file: keys and list indices from the top. */
export type Path = readonly (string | number)[];

/** One mistake of the person who wrote a configuration file. The texts complete the words they are printed behind. */
export interface Problem {
  /** File as the person named it, or where it was looked for. */
  readonly file: string;
  /** Option, e.g. `compute.loadBalancer.listeners[0].port`; empty when it is about the file as a whole. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly given: string;
  readonly allowed: string;
  readonly fix: string;
  /** Page of the documentation that the rule comes from. */
  readonly source?: string;
}

/** Configuration that cannot be used; its message is meant for people and says everything, so print no stack trace. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(readonly problems: readonly Problem[]) {
    super(formatProblems(problems));
  }
}

/** All problems as text for a terminal, one paragraph each, and a line that counts them. */
export function formatProblems(problems: readonly Problem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? "" : "s"}`;
  return [...problems.map(formatProblem), `${count(problems.length, "problem")} in ${count(files, "file")}`].join(
    "\n\n",
  );
}

function formatProblem({ file, path, line, column, given, allowed, fix, source }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return [
    path ? `${place}  ${path}` : place,
    `  given:   ${given}`,
    `  allowed: ${allowed}`,
    `  fix:     ${fix}`,
    ...(source ? [`  source:  ${source}`] : []),
  ].join("\n");
}

/** `["listeners", 0, "port"]` → `listeners[0].port`; keys that are no plain words stand in quotes. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(part)) return `["${part}"]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

const MAXIMUM_LENGTH = 120;

/** A value as it could stand in the file, on one line. */
export function formatValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAXIMUM_LENGTH ? `${text.slice(0, MAXIMUM_LENGTH - 1)}…` : text;
}
