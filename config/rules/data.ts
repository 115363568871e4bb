import type { EnvironmentRule } from "./rule";

const minutesADay = 24 * 60;
const minutesAWeek = 7 * minutesADay;
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Minutes since the begin of the day of `hh:mm`, or of the week of `ddd:hh:mm`. */
function minutes(time: string): number {
  const parts = time.split(":");
  const [hour, minute] = parts.slice(-2).map(Number);
  const day = parts.length === 3 ? days.indexOf(parts[0] ?? "") : 0;
  return day * minutesADay + (hour ?? 0) * 60 + (minute ?? 0);
}

interface Window {
  readonly start: number;
  readonly length: number;
}

/** `hh:mm-hh:mm` or `ddd:hh:mm-ddd:hh:mm`, in minutes; the end may lie in the next day or week. */
function parseWindow(text: string): Window {
  const [from = "", to = ""] = text.split("-");
  const cycle = from.length > 5 ? minutesAWeek : minutesADay;
  const start = minutes(from);
  return { start, length: (minutes(to) - start + cycle) % cycle };
}

const shortestWindow = 30;

/** RDS takes windows of at least half an hour. */
export const databaseWindowsAreLongEnough: EnvironmentRule = ({ data }) =>
  (["backupWindow", "maintenanceWindow"] as const).flatMap((name) =>
    parseWindow(data.database[name]).length >= shortestWindow
      ? []
      : {
          path: ["data", "database", name],
          allowed: `a window of at least ${shortestWindow} minutes`,
          fix: "end it later",
          source: 'Amazon RDS API Reference, "CreateDBInstance"',
        },
  );

/** RDS refuses a maintenance window that meets the daily backup window. */
export const databaseWindowsDoNotOverlap: EnvironmentRule = ({ data }) => {
  const backup = parseWindow(data.database.backupWindow);
  const maintenance = parseWindow(data.database.maintenanceWindow);
  // Both may run over the end of the week, so the backups of the days around it count as well.
  const meets = Array.from({ length: 16 }, (_, day) => backup.start + (day - 1) * minutesADay).some(
    (start) => start < maintenance.start + maintenance.length && maintenance.start < start + backup.length,
  );
  if (!meets) return [];
  return [
    {
      path: ["data", "database", "maintenanceWindow"],
      given: `${data.database.maintenanceWindow}, which meets the daily backup at ${data.database.backupWindow}`,
      allowed: "a window apart from data.database.backupWindow",
      fix: "move one of the two",
      source: 'Amazon RDS API Reference, "CreateDBInstance"',
    },
  ];
};

/** Storage autoscaling needs room: RDS wants the limit a tenth above what is allocated. */
export const databaseStorageCanGrow: EnvironmentRule = ({ data }) => {
  const { allocatedStorageGib, maxAllocatedStorageGib } = data.database;
  const least = Math.ceil((allocatedStorageGib * 11) / 10);
  if (maxAllocatedStorageGib >= least) return [];
  return [
    {
      path: ["data", "database", "maxAllocatedStorageGib"],
      allowed: `at least ${least}, a tenth above allocatedStorageGib ${allocatedStorageGib}`,
      fix: `raise it to ${least} or more`,
      source: 'Amazon RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling"',
    },
  ];
};

/** An alarm on free storage that is above the whole storage never ends. */
export const freeStorageAlarmCanEnd: EnvironmentRule = ({ data, observability }) => {
  const { allocatedStorageGib } = data.database;
  if (observability.thresholds.databaseFreeStorageGib < allocatedStorageGib) return [];
  return [
    {
      path: ["observability", "thresholds", "databaseFreeStorageGib"],
      allowed: `less than data.database.allocatedStorageGib ${allocatedStorageGib}`,
      fix: "lower it",
    },
  ];
};
