import { text } from "./primitives";

/** A time zone's name; a rule knows which there are. */
export const timeZone = text(
  /^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/,
  "a time zone of the IANA database, e.g. Europe/Berlin",
)
  .default("UTC")
  .describe("Time zone of a cron schedule; daylight saving time is respected.");

/** Points in time that recur; a rule knows which fields AWS takes. */
export const cron = text(
  /^cron\(([^\s()]+ ){5}[^\s()]+\)$/,
  "cron(minutes hours day-of-month month day-of-week year), e.g. cron(0 7 ? * MON-FRI *)",
);
