import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import type { Monitor } from "./monitor";

type Subject = Pick<Monitor, "id" | "workload" | "consumer">;

/** Entry of an alarm in docs/alarms.md: its name without ports, numbers of zones and the name of a workload or consumer. */
export const entryOf = ({ consumer, id, workload }: Subject): string => {
  const name = workload ?? consumer;
  return name === undefined ? id.replace(/(-zone)?-\d+(?!xx)/g, "") : id.slice(0, -name.length - 1);
};

/** The command to run first when an alarm fires, as in docs/alarms.md; where none is better, the check of the deployment. */
export function firstCommand(environment: Environment, subject: Subject): string {
  const prefix = resourcePrefix(environment);
  const log = (group: string) => `aws logs tail /${prefix}/${group} --since 15m`;
  const events = (service: string) =>
    `aws ecs describe-services --cluster ${prefix} --services ${service} --query 'services[].events[:10].message'`;
  const entry = entryOf(subject);
  if (entry.startsWith("sync-")) return log("alb-ip-sync");
  if (["service-healthy-hosts", "service-missing-tasks"].includes(entry))
    return events(`${prefix}-service-${subject.workload}`);
  if (entry === "service-5xx") return log(`service-${subject.workload}`);
  if (entry === "worker-missing-tasks") return events(`${prefix}-worker-${subject.workload}`);
  if (entry.startsWith("worker-")) return log(`worker-${subject.workload}`);
  if (entry === "job-failed") return log(`job-${subject.workload}`);
  if (entry === "consumer-limited")
    return `npx ecs-privatelink connections --env ${environment.name} list --traffic 1h`;
  if (/^consumers?-/.test(entry) && entry !== "consumers-unidentified") return log("consumer-connections");
  const commands: Readonly<Record<string, string>> = {
    "alb-healthy-hosts": events(`${prefix}-app`),
    "alb-5xx": log("application"),
    "ecs-missing-tasks": events(`${prefix}-app`),
    "nlb-blocked-flows": `${log("vpc-flow-logs")} --filter-pattern REJECT`,
    "job-not-started": `aws scheduler list-schedules --group-name ${prefix}`,
    "backup-failed": `aws backup list-backup-jobs --by-backup-vault-name ${prefix}`,
  };
  return commands[entry] ?? `npx ecs-privatelink verify --env ${environment.name}`;
}
