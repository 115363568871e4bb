import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { resourcePrefix } from "../../config/derive";
import { type Item, tally } from "./check";
import type { Target } from "./target";

/** Whether an alarm is for people and fires: one that starts the first task of a worker is part of scaling. */
export const needsAttention = ({
  AlarmActions = [],
  StateValue,
}: Pick<MetricAlarm, "AlarmActions" | "StateValue">): boolean =>
  StateValue === "ALARM" &&
  !(AlarmActions.length > 0 && AlarmActions.every((each) => each.includes(":scalingPolicy:")));

export function alarmItems({ clientOptions, environment }: Target): Item[] {
  return [
    {
      item: "no alarm is firing",
      next: "docs/alarms.md has an entry for each alarm",
      async look() {
        const { MetricAlarms = [] } = await new CloudWatchClient(clientOptions).send(
          new DescribeAlarmsCommand({ AlarmNamePrefix: `${resourcePrefix(environment)}-` }),
        );
        return tally(
          MetricAlarms,
          (alarm) => !needsAttention(alarm),
          ({ AlarmName }) => AlarmName ?? "",
        );
      },
    },
  ];
}
