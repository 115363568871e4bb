import { anEnvironment, type RuleCases } from "./cases";

const job = (options: object) => ({ jobs: { nightly: { command: ["report"], ...options } } });
const at = (option: string) => `jobs.nightly.${option}`;
const night = (options: object) => ({
  "application.schedules": {
    night: { schedule: "cron(0 20 * * ? *)", minimumTasks: 2, maximumTasks: 4, ...options },
  },
});

export const cases: readonly RuleCases[] = [
  anEnvironment(
    "schedulesAreThoseThatAwsTakes",
    /a cron expression|a singular unit/,
    [
      ["an hour does not exist", job({ schedule: "cron(0 24 * * ? *)" }), at("schedule")],
      ["days of month and week are both given", job({ schedule: "cron(0 3 1 * 2 *)" }), at("schedule")],
      ["neither of them is left open", job({ schedule: "cron(0 3 ? * ? *)" }), at("schedule")],
      ["one has a plural unit", job({ schedule: "rate(1 hours)", timeoutMinutes: 5 }), at("schedule")],
      [
        "bounds of a service change at an hour that does not exist",
        night({ schedule: "cron(0 24 * * ? *)" }),
        "application.schedules.night.schedule",
      ],
      ["five have a singular unit", job({ schedule: "rate(5 hour)", timeoutMinutes: 5 }), at("schedule")],
    ],
    [
      ["it is every night", job({ schedule: "cron(0 3 * * ? *)" })],
      ["it is a list, a range and a step", job({ schedule: "cron(0/15 8-18,20 ? JAN,mar 2#1 2026-2030)" })],
      ["it is the last weekday of the month", job({ schedule: "cron(0 3 LW * ? *)" })],
      ["it is every hour", job({ schedule: "rate(1 hour)" })],
    ],
  ),
  anEnvironment(
    "timeZonesExist",
    /IANA database/,
    [["it is a fantasy", job({ schedule: "cron(0 3 * * ? *)", timeZone: "Europe/Atlantis" }), at("timeZone")]],
    [["it is a city", job({ schedule: "cron(0 3 * * ? *)", timeZone: "America/New_York" })]],
  ),
  anEnvironment(
    "runsEndBeforeTheNext",
    /the minutes between two runs/,
    [["a run may outlast its hour", job({ schedule: "rate(1 hour)", timeoutMinutes: 61 }), at("timeoutMinutes")]],
    [["it ends with its hour", job({ schedule: "rate(1 hour)", timeoutMinutes: 60 })]],
  ),
  anEnvironment(
    "scheduledBoundsAreInOrder",
    /at most (its maximumTasks|application.maximumTasks|workers.orders.scale.to)/,
    [
      [
        "the minimum is above the maximum",
        night({ minimumTasks: 3, maximumTasks: 2 }),
        "application.schedules.night.minimumTasks",
      ],
      [
        "the maximum is above the service's, for which capacity is counted",
        night({ maximumTasks: 7 }),
        "application.schedules.night.maximumTasks",
      ],
      [
        "a worker's is above its own",
        {
          workers: {
            orders: {
              queue: { create: {} },
              scale: {
                to: 1,
                secondsPerMessage: 1,
                schedules: { night: { schedule: "cron(0 20 * * ? *)", minimumTasks: 0, maximumTasks: 2 } },
              },
            },
          },
        },
        "workers.orders.scale.schedules.night.maximumTasks",
      ],
    ],
    [["both are within the service's", night({})]],
  ),
];
