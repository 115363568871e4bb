import { resources, type Stacks } from "../../../paths/model/stacks";
import type { Counted } from "./bill";

/** Counts what an environment's JSON holds. */
export function countResources(stacks: Stacks, environment: string): Counted {
  const own = Object.fromEntries(Object.entries(stacks).filter(([id]) => id.endsWith(`-${environment}`)));
  const count = (type: string) => resources(own, type).length;
  return {
    keys: count("aws_kms_key"),
    secrets: count("aws_secretsmanager_secret"),
    alarms: count("aws_cloudwatch_metric_alarm"),
    insightRules: count("aws_cloudwatch_contributor_managed_insight_rule"),
    dashboards: count("aws_cloudwatch_dashboard"),
  };
}
