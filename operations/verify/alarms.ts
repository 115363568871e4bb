import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { resourcePrefix } from "../../config/derive";
import { type Item, tally } from "./check";
import type { Target } from "./target";

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
          ({ StateValue }) => StateValue !== "ALARM",
          ({ AlarmName }) => AlarmName ?? "",
        );
      },
    },
  ];
}
