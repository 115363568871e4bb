import type { PlanResult } from "../terraform/terraform";

/** What differs in one stack between what is written and what runs. */
export interface StackDrift {
  readonly id: string;
  /** `update aws_lb.alb`; empty if nothing does. */
  readonly differences: readonly string[];
  /** The plan as Terraform prints it. */
  readonly plan: string;
}

/**
 * Differences that a plan shows. A built image is always "to create" on a machine that has not built it, and says
 * nothing about what runs; the image in the registry is a resource of its own.
 */
export function drift({ changes, changedOutputs }: PlanResult): string[] {
  const real = changes.filter(
    ({ action, address }) => action !== "read" && !(action === "create" && address.startsWith("docker_image.")),
  );
  return [
    ...real.map(({ action, address }) => `${action} ${address}`),
    // An output that changes by itself is a difference too; beside a changed resource it only repeats it.
    ...(real.length === 0 && changes.length === 0 ? changedOutputs.map((name) => `output ${name}`) : []),
  ];
}

/** Markdown for a pipeline's summary. */
export function summary(environment: string, stacks: readonly StackDrift[]): string {
  const rows = [...stacks]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(
      ({ id, differences }) =>
        `| \`${id}\` | ${differences.length > 0 ? differences.map((one) => `\`${one}\``).join("<br>") : "none"} |`,
    );
  const plans = stacks
    .filter(({ plan }) => plan !== "")
    .map(({ id, plan }) => `<details><summary><code>${id}</code></summary>\n\n~~~~~~text\n${plan}\n~~~~~~\n</details>`);
  return [`### Drift of ${environment}`, "", "| stack | differences |", "|---|---|", ...rows, "", ...plans, ""].join(
    "\n",
  );
}
