import type { Path } from "../problem";
import type { Environment } from "../schema";
import type { ScheduleOptions } from "../schema/scaling";
import { services, workers } from "../workloads";
import type { EnvironmentRule, Finding } from "./rule";

const scheduleTypes = 'Amazon EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler"';

/** Allowed numbers of each field of a cron expression. */
const cronFields: readonly {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words?: RegExp;
}[] = [
  { name: "minutes", from: 0, to: 59 },
  { name: "hours", from: 0, to: 23 },
  { name: "day-of-month", from: 1, to: 31, words: /^(\?|L|LW|\d{1,2}W)$/ },
  { name: "month", from: 1, to: 12, words: /^(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)$/i },
  { name: "day-of-week", from: 1, to: 7, words: /^(\?|L|[1-7]L|[1-7]#[1-5]|SUN|MON|TUE|WED|THU|FRI|SAT)$/i },
  { name: "year", from: 1970, to: 2199 },
];

/** What is wrong with a cron expression, in words that complete "allowed:"; undefined where AWS takes it. */
function cronRefusal(fields: readonly string[]): string | undefined {
  for (const [index, { from, name, to, words }] of cronFields.entries()) {
    const parts = (fields[index] ?? "").split(",").flatMap((part) => part.replace(/\/\d+$/, "").split("-"));
    const good = parts.every(
      (part) => part === "*" || words?.test(part) || (/^\d+$/.test(part) && Number(part) >= from && Number(part) <= to),
    );
    if (!good) return `a cron expression whose ${name} are from ${from} to ${to}`;
  }
  const questionMarks = [fields[2], fields[4]].filter((field) => field === "?").length;
  return questionMarks === 1 ? undefined : "a cron expression with ? as either day-of-month or day-of-week";
}

/** What is written of a time, and where. */
interface Timed {
  readonly path: Path;
  readonly timeZone: string;
  readonly schedule?: string;
  readonly source: string;
}

const jobTimes = ({ jobs }: Environment): Timed[] =>
  Object.entries(jobs).map(([name, options]) => ({ ...options, path: ["jobs", name], source: scheduleTypes }));

/** The bounds of each service, and the schedules that change them. */
const scaled = (environment: Environment) => [
  { path: ["application"], maximum: "maximumTasks", ...environment.application },
  ...services(environment).map(({ options, path }) => ({ path, maximum: "maximumTasks", ...options })),
  ...workers(environment).map(({ options: { scale }, path }) => ({
    path: [...path, "scale"],
    maximum: "to",
    maximumTasks: scale.to,
    schedules: scale.schedules,
  })),
];

const scalingTimes = (environment: Environment): (Timed & ScheduleOptions[string])[] =>
  scaled(environment).flatMap(({ path, schedules }) =>
    Object.entries(schedules).map(([name, options]) => ({
      ...options,
      path: [...path, "schedules", name],
      source: 'Application Auto Scaling API Reference, "PutScheduledAction"',
    })),
  );

/** AWS has rules of its own for schedules, of jobs and of scaling. */
export const schedulesAreThoseThatAwsTakes: EnvironmentRule = (environment) =>
  [...jobTimes(environment), ...scalingTimes(environment)].flatMap(({ path: at, schedule, source }): Finding[] => {
    const path = [...at, "schedule"];
    const [, kind, inside = ""] = /^(cron|rate)\((.*)\)$/.exec(schedule ?? "") ?? [];
    if (kind === "cron") {
      const allowed = cronRefusal(inside.split(" "));
      const fix = "correct the field, e.g. cron(0 3 * * ? *) for every day at 3:00";
      return allowed === undefined ? [] : [{ path, allowed, fix, source }];
    }
    const [number, unit = ""] = inside.split(" ");
    if (kind !== "rate" || (number === "1") !== unit.endsWith("s")) return [];
    const fix = `write rate(${number} ${number === "1" ? unit.replace(/s$/, "") : `${unit}s`})`;
    return [{ path, allowed: "a singular unit with 1, a plural one with any other number", fix, source }];
  });

const zones = () => new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);

/** A schedule in a time zone that does not exist is refused by AWS in the middle of an apply. */
export const timeZonesExist: EnvironmentRule = (environment) =>
  [...jobTimes(environment), ...scalingTimes(environment)].flatMap(({ path, source, timeZone }) =>
    zones().has(timeZone)
      ? []
      : {
          path: [...path, "timeZone"],
          allowed: "a time zone of the IANA database",
          fix: "write its full name, e.g. Europe/Berlin, or UTC",
          source,
        },
  );

/** Capacity, addresses and database connections are counted for a service's maximum, which no schedule exceeds. */
export const scheduledBoundsAreInOrder: EnvironmentRule = (environment) =>
  scaled(environment).flatMap(({ maximum, maximumTasks, path, schedules }) =>
    Object.entries(schedules).flatMap(([name, bounds]): Finding[] => {
      const at = [...path, "schedules", name];
      if (bounds.maximumTasks > maximumTasks) {
        return [
          {
            path: [...at, "maximumTasks"],
            allowed: `at most ${[...path, maximum].join(".")}, which is ${maximumTasks}`,
            fix: `lower it, or raise ${[...path, maximum].join(".")}`,
          },
        ];
      }
      if (bounds.minimumTasks <= bounds.maximumTasks) return [];
      return [
        {
          path: [...at, "minimumTasks"],
          allowed: `at most its maximumTasks, which is ${bounds.maximumTasks}`,
          fix: "lower it, or raise its maximumTasks",
        },
      ];
    }),
  );

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** A run that may outlast its period runs beside the next one, and both use the same data. */
export const runsEndBeforeTheNext: EnvironmentRule = ({ jobs }) =>
  Object.entries(jobs).flatMap(([name, { schedule, timeoutMinutes }]) => {
    const [, number, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule ?? "") ?? [];
    const period = Number(number) * (minutesOf[unit] ?? 0);
    if (number === undefined || timeoutMinutes <= period) return [];
    return {
      path: ["jobs", name, "timeoutMinutes"],
      allowed: `at most ${period}, the minutes between two runs`,
      fix: `lower it to ${period}, or let the job run less often`,
    };
  });
