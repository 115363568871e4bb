import { unknownName } from "../../config/closest";
import { resourcePrefix } from "../../config/derive";
import type { Environment } from "../../config/schema";
import { workloadId, workloads } from "../../config/workloads";

/** Logs that every environment has; the load balancer's are files in a bucket, the others log groups. */
export const SOURCES = ["task", "sync", "consumers", "load-balancer", "data-load"] as const;

/**
 * Log group of a source, by the name that the stacks give; undefined for the load balancer.
 *
 * @throws Error that names the sources there are, its workloads included, if it is none of them
 */
export function logGroup(source: string, environment: Environment): string | undefined {
  const prefix = resourcePrefix(environment);
  if (source === "load-balancer") return undefined;
  const groups: Readonly<Record<string, string>> = {
    task: "application",
    sync: "alb-ip-sync",
    consumers: "consumer-connections",
    "data-load": "data-load",
    ...Object.fromEntries(workloads(environment).map((each) => [workloadId(each), workloadId(each)])),
  };
  const group = groups[source];
  if (group === undefined)
    throw new Error(unknownName("log", source, [...new Set([...SOURCES, ...Object.keys(groups)])]));
  return `/${prefix}/${group}`;
}
