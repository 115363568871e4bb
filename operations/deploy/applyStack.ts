import type { RunRecord } from "../terraform/messages";
import type { PlanResult, StackRun, Terraform } from "../terraform/terraform";

/** File of a saved plan, in the stack's directory. */
export const PLAN_FILE = "stack.tfplan";

export interface ApplyStackOptions {
  readonly onProgress: (text: string) => void;
  /** Told how long each phase took, in seconds. */
  readonly onPhase?: (phase: "init" | "plan" | "apply", seconds: number) => void;
  /** Told again and again what an apply has done so far. */
  readonly onApplying?: (record: RunRecord) => void;
  /** Asked before anything is changed; false leaves the stack as it is. */
  readonly approve?: (plan: PlanResult) => Promise<boolean>;
  /** Flags of `terraform init`, e.g. `-reconfigure`. */
  readonly initFlags?: readonly string[];
}

/**
 * Brings one stack from its JSON into being: init, saved plan, then exactly that plan applied. The one way in which
 * rehearsal, bootstrap and deploy apply anything, so that what was rehearsed is what runs.
 *
 * @returns the plan, applied or (if approval was refused) not
 */
export async function applyStack(
  terraform: Terraform,
  stack: StackRun,
  { onProgress, onPhase, onApplying, approve, initFlags }: ApplyStackOptions,
): Promise<PlanResult & { readonly applied: boolean }> {
  const timed = async <T>(phase: "init" | "plan" | "apply", work: Promise<T>): Promise<T> => {
    onProgress(phase);
    const begin = Date.now();
    const result = await work;
    onPhase?.(phase, (Date.now() - begin) / 1000);
    return result;
  };
  await timed("init", terraform.init(stack, initFlags));
  const plan = await timed("plan", terraform.plan(stack, { out: PLAN_FILE }));
  if (!plan.changed) return { ...plan, applied: true };
  if (approve !== undefined && !(await approve(plan))) return { ...plan, applied: false };
  await timed(
    "apply",
    terraform.apply(stack, {
      plan: PLAN_FILE,
      total: resourceChanges(plan),
      onProgress: (record) => {
        onProgress(describeProgress(record));
        onApplying?.(record);
      },
    }),
  );
  return { ...plan, applied: true };
}

/** How far a run is, and what it waits for: `12/34 aws_lb.alb, aws_db_instance.database`. */
export function describeProgress({ completed, total, running }: RunRecord): string {
  const count = total === undefined ? "planning" : `${completed.size}/${total}`;
  const names = [...running].slice(0, 3).join(", ");
  const more = running.size > 3 ? ` and ${running.size - 3} more` : "";
  return `${count} ${names}${more}`.trim();
}

/** Number of resources that applying a plan touches. */
export function resourceChanges({ changes }: PlanResult): number {
  return changes.filter(({ action, address }) => action !== "read" && !address.startsWith("data.")).length;
}
