/** One result of a migration check. */
export interface Finding {
  readonly what: string;
  readonly good: boolean;
  /** One line, or what is to be read where it is not good. */
  readonly saw: string;
}

/** Prints a finding as it comes. */
export function tell({ good, saw, what }: Finding): Finding {
  const [first = "", ...rest] = saw.split("\n");
  console.log(`${good ? "✔" : "✖"} ${what}: ${[first, ...rest.map((line) => `    ${line}`)].join("\n")}`);
  return { good, saw, what };
}

/** Exit code of a migration check. */
export const exitCode = (findings: readonly Finding[]): number => (findings.every(({ good }) => good) ? 0 : 1);

/** The end of what a command printed: where tools say what was wrong. */
export const lastLines = (printed: string, count = 25): string => printed.split("\n").slice(-count).join("\n");
