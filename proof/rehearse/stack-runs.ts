import { applyStack } from "../../engine/apply-stack";
import { DESTROY_ORDER, destroyStack } from "../../engine/destroy-stack";
import { runStacks, type Show } from "../../engine/run-stacks";
import { Failed, Skipped, type Step } from "../../engine/show";
import { bootstrap } from "../../engine/state-bucket";
import type { RunRecord } from "../../engine/terraform/messages";
import type { PlanResult, Terraform } from "../../engine/terraform/terraform";
import { count } from "../../engine/words";
import { PLANNING_KEY_ID } from "../lab/overrides";
import type { RehearsedStack } from "../lab/stack-directories";
import { endPhase, type Phase } from "./report";

/** The second plan has just compared every resource with its state. */
const UNCHANGED_SINCE_PLAN = ["-refresh=false"];

export interface StackRunsOptions {
  readonly terraform: Terraform;
  readonly show: Show;
}

/** Work that is done among the stacks, as soon as those it needs are there and before any of them goes. */
export interface Alongside extends Step {
  readonly dependencies: readonly string[];
}

/** Creates every stack in the order of dependencies, independent ones side by side. */
export async function applyStacks(
  stacks: readonly RehearsedStack[],
  alongside: readonly Alongside[],
  { terraform, show }: StackRunsOptions,
) {
  const initialized = new Map<string, Promise<void>>();
  const initializeAll = () => {
    let previous = Promise.resolve();
    for (const stack of stacks.filter(({ localState }) => localState === undefined)) {
      const begun = previous.then(() => timed(stack, "init", () => terraform.init(stack)));
      initialized.set(stack.id, begun);
      // Its failure is told where the stack's own turn comes.
      previous = begun.catch(() => {});
    }
  };
  await runStacks([...stacks, ...alongside.map(asNode)], show, "Apply", {}, async (stack, update, release) => {
    if ("run" in stack) return stack.run(update);
    const options = {
      onProgress: update,
      onPhase: (phase: Phase, seconds: number) => endPhase(stack.report, phase, seconds),
    };
    if (stack.localState === undefined) {
      const early = initialized.get(stack.id);
      await applyStack(terraform, stack, { ...options, ...(early && { initialized: early }) });
    } else {
      // The other stacks need the bucket, not the minute that its lifecycle rules take to settle.
      const onApplying = ({ completed }: RunRecord) => {
        if (initialized.size > 0 || ![...completed].some((address) => address.startsWith("aws_s3_bucket."))) return;
        initializeAll();
        release();
      };
      await bootstrap(terraform, stack, { ...options, onApplying, localState: stack.localState });
    }
    const addresses = await terraform.addresses(stack);
    stack.report.resources = addresses.filter((address) => !/(^|\.)data\./.test(address)).length;
    return count(stack.report.resources, "resource");
  });
}

/** Steps after everything is applied, each once those before it have ended. */
export async function verifyAlongside(steps: readonly Alongside[], show: Show): Promise<void> {
  await runStacks(steps.map(asNode), show, "Verify", {}, (step, update) => step.run(update));
}

export const secondPlanTitle = (stack: string): string => `Second plan of ${stack}`;

/** Plans a stack again: nothing may be left to change. */
export function secondPlan(stack: RehearsedStack, terraform: Terraform): Step {
  return {
    title: secondPlanTitle(stack.id),
    run: async () => {
      // As the plan role of pipelines does, which can't write a lock.
      const planning = { ...stack, env: stack.planningEnv ?? { AWS_ACCESS_KEY_ID: PLANNING_KEY_ID } };
      const plan = await timed(stack, "second plan", () =>
        terraform.plan(planning, { phase: "second-plan", lock: false }),
      );
      stack.report.secondPlan = describeChanges(plan);
      return plan.changed ? new Failed(`would change ${stack.report.secondPlan.join(", ")}`) : "empty";
    },
  };
}

/**
 * Second plans of stacks that are all there, while others are still applied: two at a time, since each keeps a
 * processor busy for seconds.
 */
export function secondPlansAlongside(stacks: readonly RehearsedStack[], terraform: Terraform): Alongside[] {
  const plans = stacks.map((stack) => secondPlan(stack, terraform));
  const needed = stacks.map(({ id }) => id);
  return plans.map((plan, index) => {
    const earlier = plans[index - 2];
    return { ...plan, dependencies: earlier === undefined ? needed : [...needed, earlier.title] };
  });
}

/** Destroys every stack, in reverse order. */
export async function destroyStacks(
  stacks: readonly RehearsedStack[],
  alongside: readonly Alongside[],
  { terraform, show }: StackRunsOptions,
) {
  await runStacks([...stacks, ...alongside.map(asNode)], show, "Destroy", DESTROY_ORDER, async (stack, update) => {
    if ("run" in stack) return stack.run(update);
    stack.report.destroyed = false;
    await timed(stack, "destroy", () =>
      destroyStack(terraform, stack, { flags: UNCHANGED_SINCE_PLAN, onProgress: update }),
    );
    stack.report.destroyed = true;
    return undefined;
  });
}

/** Applies stacks once more, after a change of the configuration. */
export async function applyChange(stacks: readonly RehearsedStack[], { terraform, show }: StackRunsOptions) {
  const heading = "Switch deletion protection off";
  if (stacks.length === 0) {
    await show(heading, [{ title: "Stacks", run: async () => new Skipped("none is protected") }]);
    return;
  }
  await runStacks(stacks, show, heading, {}, async (stack, update) => {
    const plan = await applyStack(terraform, stack, { onProgress: update });
    return describeChanges(plan).join(", ") || "no change";
  });
}

function asNode(work: Alongside): Alongside & { readonly id: string } {
  return { ...work, id: work.title };
}

async function timed<T>({ report }: RehearsedStack, phase: Phase, work: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  try {
    return await work();
  } finally {
    endPhase(report, phase, (Date.now() - begin) / 1000);
  }
}

function describeChanges({ changes, changedOutputs }: PlanResult): string[] {
  return [
    ...changes.filter(({ action }) => action !== "read").map(({ action, address }) => `${action} ${address}`),
    ...changedOutputs.map((name) => `output ${name}`),
  ];
}
