/** Dollars in whole numbers, cents where it is less than ten. */
export function dollars(value: number): string {
  const text = Math.abs(value) < 10 ? Math.abs(value).toFixed(2) : Math.round(Math.abs(value)).toLocaleString("en-US");
  return `${value < 0 ? "−" : ""}$${text}`;
}

/** A point in time, in UTC and to the minute. */
export const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

export const plural = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** A length of time in words, e.g. `2 min 5 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
