import { parseAddress } from "./terraform/address";
import type { RunRecord } from "./terraform/messages";
import { forgetRecovery, planRecovering } from "./terraform/recovery";
import type { PlanResult, StackRun, Terraform } from "./terraform/terraform";
import { count } from "./words";

/** File of a saved plan, in the stack's directory. */
export const PLAN_FILE = "stack.tfplan";

export interface ApplyStackOptions {
  readonly onProgress: (text: string) => void;
  /** Told how long each phase took, in seconds. */
  readonly onPhase?: (phase: "init" | "plan" | "apply", seconds: number) => void;
  /** Told again and again what an apply has done so far. */
  readonly onApplying?: (record: RunRecord) => void;
  /** An init that is under way already; by default there is none. */
  readonly initialized?: Promise<void>;
  /** Flags of `terraform init`, e.g. `-reconfigure`. */
  readonly initFlags?: readonly string[];
}

/**
 * Brings one stack from its JSON into being: init, saved plan, then exactly that plan applied. The one way in which
 * rehearsal, bootstrap and deploy apply anything, so that what was rehearsed is what runs.
 */
export async function applyStack(
  terraform: Terraform,
  stack: StackRun,
  options: ApplyStackOptions,
): Promise<PlanResult> {
  const plan = await planStack(terraform, stack, options);
  if (plan.changed) await applyPlan(terraform, stack, plan, options);
  else forgetRecovery(stack);
  return plan;
}

/** First half: init, and a saved plan; after a run that was killed, one that imports what that run has created. */
export async function planStack(
  terraform: Terraform,
  stack: StackRun,
  options: ApplyStackOptions,
): Promise<PlanResult> {
  if (options.initialized !== undefined) await options.initialized;
  else await timed("init", options, () => terraform.init(stack, options.initFlags));
  return timed("plan", options, () =>
    planRecovering(terraform, stack, () => terraform.plan(stack, { out: PLAN_FILE })),
  );
}

/** Second half: exactly the saved plan. */
export async function applyPlan(
  terraform: Terraform,
  stack: StackRun,
  plan: PlanResult,
  options: ApplyStackOptions,
): Promise<void> {
  const onProgress = (record: RunRecord) => {
    options.onProgress(describeProgress(record));
    options.onApplying?.(record);
  };
  await timed("apply", options, () =>
    terraform.apply(stack, { plan: PLAN_FILE, total: resourceChanges(plan), onProgress }),
  );
  forgetRecovery(stack);
}

/** How far a run is, and what it waits for: `12 of 34 resources; alb, database/instance (takes minutes in AWS)`. */
export function describeProgress({ completed, total, running }: RunRecord): string {
  if (total === undefined) return "plan";
  const done = `${completed.size} of ${count(total, "resource")}`;
  const names = [...running].slice(0, 3).map(describeRunning).join(", ");
  const more = running.size > 3 ? ` and ${running.size - 3} more` : "";
  return names === "" ? done : `${done}; ${names}${more}`;
}

/** Why some types of resources take long; each is the provider's or the service's own wait. */
const LONG_WAITS: Readonly<Record<string, string>> = {
  aws_s3_bucket_lifecycle_configuration: "the provider waits a minute until S3 answers alike everywhere",
  aws_db_instance: "takes minutes in AWS",
  aws_ecs_service: "waits until the tasks are healthy",
  aws_nat_gateway: "takes minutes in AWS",
  aws_rds_cluster: "takes minutes in AWS",
  aws_rds_cluster_instance: "takes minutes in AWS",
  aws_vpc_endpoint: "takes minutes in AWS",
};

/** `aws_s3_bucket_lifecycle_configuration.state-bucket_lifecycle_6425F030` as `state-bucket/lifecycle (…)`, with an instance's key. */
function describeRunning(address: string): string {
  const { key, name, type } = parseAddress(address);
  const wait = LONG_WAITS[type];
  return `${logicalName(name)}${key === undefined ? "" : ` ${key}`}${wait === undefined ? "" : ` (${wait})`}`;
}

/** The construct's path, without the hash that CDKTF puts behind a name that is made of several. */
function logicalName(name: string): string {
  const path = /^(.+)_[0-9A-F]{8}$/.exec(name)?.[1];
  return path === undefined ? name : path.replaceAll("_", "/");
}

/** Number of resources that applying a plan touches. */
function resourceChanges({ changes }: PlanResult): number {
  return changes.filter(({ action }) => action !== "read").length;
}

async function timed<T>(
  phase: "init" | "plan" | "apply",
  { onProgress, onPhase }: ApplyStackOptions,
  work: () => Promise<T>,
): Promise<T> {
  onProgress(phase);
  const begin = Date.now();
  const result = await work();
  onPhase?.(phase, (Date.now() - begin) / 1000);
  return result;
}
