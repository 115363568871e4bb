/** Dollars in whole numbers, cents where it is less than ten. */
export function dollars(value: number): string {
  const text = Math.abs(value) < 10 ? Math.abs(value).toFixed(2) : Math.round(Math.abs(value)).toLocaleString("en-US");
  return `${value < 0 ? "−" : ""}$${text}`;
}

/** A point in time, in UTC and to the minute. */
export const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
