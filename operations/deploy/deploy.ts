import { applyPlan, applyStack, PLAN_FILE, planStack } from "../../engine/apply-stack";
import { runStacks, type Show } from "../../engine/run-stacks";
import type { PlanResult, Terraform } from "../../engine/terraform/terraform";
import type { SynthesizedStack } from "../../synth/stacks";
import { holdsData } from "../teardown/inventory";

export interface DeployOptions {
  readonly terraform: Terraform;
  /** In order: each after those it needs. */
  readonly stacks: readonly SynthesizedStack[];
  readonly show: Show;
  /** Gets what is going to happen, for a person to read. */
  readonly print: (text: string) => void;
  /** Asked once, before anything is changed. */
  readonly approve: () => Promise<boolean>;
}

export interface Deployment {
  readonly plans: ReadonlyMap<string, PlanResult>;
  /** Stacks that can only be planned once others are applied. */
  readonly later: readonly string[];
  /** Undefined: nothing was to be applied. */
  readonly approved: boolean | undefined;
}

/** Plans at once: each starts the provider, which keeps a processor busy for seconds. */
const SIDE_BY_SIDE = 3;

/**
 * Plans every stack that can be planned now, shows the plans, asks once, then applies exactly these plans, and plans and
 * applies the stacks that had to wait, all in the order of dependencies and independent ones side by side.
 */
export async function deploy({ terraform, stacks, show, print, approve }: DeployOptions): Promise<Deployment> {
  const plans = new Map<string, PlanResult>();
  const later = new Set<string>();
  await runStacks(stacks, show, "Plan", { concurrency: SIDE_BY_SIDE }, async (stack, update) => {
    const waitsFor = stack.dependencies.filter((id) => later.has(id) || plans.get(id)?.changedOutputs.length);
    if (waitsFor.length > 0) {
      later.add(stack.id);
      return `once ${waitsFor.join(" and ")} ${waitsFor.length > 1 ? "are" : "is"} applied`;
    }
    const plan = await planStack(terraform, stack, { onProgress: update });
    plans.set(stack.id, plan);
    return describePlan(plan);
  });

  const changed = stacks.filter(({ id }) => plans.get(id)?.changed);
  for (const stack of changed) print(`\n${stack.id}\n${await terraform.showPlan(stack, PLAN_FILE)}`);
  if (changed.length === 0) return { plans, later: [], approved: undefined };
  const lost = deletedData(changed, plans);
  if (lost.length > 0) print(`\nWill be deleted, with all that it holds:\n  ${lost.join("\n  ")}`);
  if (later.size > 0) {
    print(`\nPlanned and applied after these, without asking again: ${[...later].join(", ")}`);
  }
  const approved = await approve();
  if (!approved) return { plans, later: [...later], approved };

  const toApply = stacks.filter(({ id }) => later.has(id) || plans.get(id)?.changed);
  await runStacks(toApply, show, "Apply", {}, async (stack, update) => {
    const plan = plans.get(stack.id);
    if (plan === undefined) return describePlan(await applyStack(terraform, stack, { onProgress: update }));
    await applyPlan(terraform, stack, plan, { onProgress: update });
    return describePlan(plan);
  });
  return { plans, later: [...later], approved };
}

/** What holds data and will be gone, by stack: `data-prod: delete aws_db_instance.…`. */
export function deletedData(
  stacks: readonly Pick<SynthesizedStack, "id">[],
  plans: ReadonlyMap<string, Pick<PlanResult, "changes">>,
): string[] {
  return stacks.flatMap(({ id }) =>
    (plans.get(id)?.changes ?? [])
      .filter(({ action, address }) => ["delete", "replace"].includes(action) && holdsData(address))
      .map(({ action, address }) => `${id}: ${action} ${address}`),
  );
}

/** `3 to create, 1 to replace`, or `no change`. */
function describePlan({ changed, changes, changedOutputs }: PlanResult): string {
  if (!changed) return "no change";
  const actions = changes.map(({ action }) => action).filter((action) => action !== "read");
  const counts = [...new Set(actions)].map((each) => `${actions.filter((one) => one === each).length} to ${each}`);
  return counts.join(", ") || `outputs ${changedOutputs.join(", ")}`;
}
