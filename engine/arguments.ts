import { InvalidArgumentError } from "commander";

/** Values of options that several commands read. Each throws InvalidArgumentError that says what is allowed. */

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError(`"${text}" is no whole number from 1`);
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time span such as `15m` in ms: a whole number with s, m, h or d.
 *
 * @returns undefined for any other text
 */
export function timeSpan(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNIT_MS[unit] ?? 0);
}

export function toTimeSpan(text: string): number {
  const span = timeSpan(text);
  if (span === undefined) throw new InvalidArgumentError(`"${text}" is no time span. Examples: 30s, 15m, 2h, 7d`);
  return span;
}
