import { markdownTable } from "../../config/markdown";
import { parseAddress } from "../../engine/terraform/address";
import type { PlanResult } from "../../engine/terraform/terraform";

/** What differs in one stack between what is written and what runs. */
export interface StackDrift {
  readonly id: string;
  /** `update aws_lb.alb`; empty if nothing does. */
  readonly differences: readonly string[];
  /** Whether AWS has published a newer AMI than the one that the instances were launched from. */
  readonly newAmi?: boolean;
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

/** Said of a stack, apart from its differences. */
export const NEW_AMI =
  "a newer AMI is there: the next deployment replaces the instances, unless compute.ec2.amiVersion names one";

/** What a newer AMI changes, by type of resource: the launch template, and the group that follows its latest version. */
const CHANGED_BY_AMI: Readonly<Record<string, readonly string[]>> = {
  aws_launch_template: ["default_version", "image_id", "latest_version"],
  aws_autoscaling_group: ["launch_template"],
};

/**
 * Those of a stack's differences that come from a newer AMI alone: AWS has published it, and no person has changed the
 * account.
 *
 * @param changed attributes that the plan changes, by address
 */
export function ofNewAmi(differences: readonly string[], changed: ReadonlyMap<string, readonly string[]>): string[] {
  const addresses = differences.flatMap((difference) => {
    const address = difference.replace(/^update /, "");
    const expected = CHANGED_BY_AMI[parseAddress(address).type] ?? [];
    const names = changed.get(address) ?? [];
    return address !== difference && names.length > 0 && names.every((name) => expected.includes(name))
      ? [address]
      : [];
  });
  const hasNewAmi = addresses.some((address) => changed.get(address)?.includes("image_id"));
  return hasNewAmi ? addresses.map((address) => `update ${address}`) : [];
}

/** Markdown for a pipeline's summary. */
export function summary(environment: string, stacks: readonly StackDrift[]): string {
  const rows = [...stacks]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ differences, id, newAmi }) => [
      `\`${id}\``,
      [...differences.map((one) => `\`${one}\``), ...(newAmi ? [NEW_AMI] : [])].join("<br>") || "none",
    ]);
  const plans = stacks
    .filter(({ plan }) => plan !== "")
    .map(({ id, plan }) => `<details><summary><code>${id}</code></summary>\n\n~~~~~~text\n${plan}\n~~~~~~\n</details>`);
  const table = markdownTable(["stack", "differences"], rows);
  return [`### Drift of ${environment}`, "", table, "", ...plans, ""].join("\n");
}
