import type { ListenerRule } from "./network";
import { keys } from "./references";
import { type Block, resources, type Stacks } from "./stacks";

/** Rules of all listeners in the order in which an ALB tries them, by key of the listener. */
export function readListenerRules(stacks: Stacks): ReadonlyMap<string, readonly ListenerRule[]> {
  const rules = new Map<string, ListenerRule[]>();
  for (const { block, origin } of resources(stacks, "aws_lb_listener_rule")) {
    const [listener = ""] = keys(stacks, origin.stack, block.listener_arn);
    const [action] = block.action as Block[];
    const conditions = (block.condition ?? []) as Block[];
    const rule: ListenerRule = {
      origin,
      priority: Number(block.priority),
      paths: conditions.flatMap((condition) => valuesOf(condition.path_pattern)),
      hosts: conditions.flatMap((condition) => valuesOf(condition.host_header)),
      otherConditions: conditions.flatMap(Object.keys).filter((kind) => !known.includes(kind)),
      action: String(action?.type),
      targetGroup: keys(stacks, origin.stack, action?.target_group_arn)[0],
    };
    rules.set(
      listener,
      [...(rules.get(listener) ?? []), rule].sort((a, b) => a.priority - b.priority),
    );
  }
  return rules;
}

const known = ["path_pattern", "host_header"];

const valuesOf = (condition: unknown): string[] =>
  ((condition as { readonly values?: readonly string[] } | undefined)?.values ?? []).slice();

/**
 * A value of a condition as the text of a regular expression: `*` stands for any characters, also none, `?` for one.
 * Paths have a case, host names none.
 * Source: User Guide for Application Load Balancers, "Condition types for listener rules".
 */
export const expressionOf = (pattern: string): string =>
  `^${pattern
    .replace(/[.$+|()[\]{}^\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")}$`;
