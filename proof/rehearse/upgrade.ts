import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { markdownTable } from "../../config/markdown";
import { applyPlan, PLAN_FILE, planStack } from "../../engine/apply-stack";
import { runStacks } from "../../engine/run-stacks";
import type { PlannedChange } from "../../engine/terraform/messages";
import type { Terraform } from "../../engine/terraform/terraform";
import { type Check, checked } from "../../operations/verify/check";
import { MANIFEST, readStacks, STACK_JSON } from "../../synth/stacks";
import type { RunFolder } from "../lab/run-folder";
import type { RehearsedStack } from "../lab/stack-directories";
import { endPhase, type Phase, type Report } from "./report";
import { applyStacks, type StackRunsOptions, secondPlan } from "./stack-runs";

/** Types of what an upgrade leaves in place: it holds data, or others know its name or address. */
const KEPT = new Set([
  // Data, and what decrypts it
  "aws_backup_vault",
  "aws_cloudwatch_log_group",
  "aws_db_instance",
  "aws_ecr_repository",
  "aws_efs_file_system",
  "aws_kms_key",
  "aws_rds_cluster",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_version",
  // The path from consumers to the tasks
  "aws_ecs_cluster",
  "aws_ecs_service",
  "aws_efs_mount_target",
  "aws_eip",
  "aws_lb",
  "aws_lb_listener",
  "aws_lb_target_group",
  "aws_nat_gateway",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint_service",
]);

/** File with every change that the upgrade plans, in the run's folder. */
export const UPGRADE_FILE = "upgrade.md";

export interface UpgradeOptions extends StackRunsOptions {
  /** Output folder of the earlier version, absolute: CDKTF's `manifest.json` and `stacks`. */
  readonly from: string;
  readonly run: RunFolder;
  /** This version's stacks. */
  readonly stacks: readonly RehearsedStack[];
  /** Prepares the stack directories below an output folder for this rehearsal. */
  readonly directories: (outdir: string) => readonly RehearsedStack[];
  readonly report: Report;
}

/**
 * Applies what an earlier version synthesized, then this version over it, stack by stack in order: each plan is saved,
 * read, and applied, and a second plan of it has to be empty.
 *
 * @throws TerraformError of a stack that can't be applied; Error if `from` is no output folder
 */
export async function rehearseUpgrade(options: UpgradeOptions): Promise<void> {
  const { from, report, run, show, stacks, terraform } = options;
  const before = options.directories(copyOfOutput(from, join(run.path, "version-before")));
  await applyStacks(before, [], { terraform, show });
  const checks: Check[] = [];
  const rows: string[][] = [];
  report.checks.push({ title: "Upgrade", checks });
  await runStacks(stacks, show, "Upgrade", {}, async (stack, update) => {
    const { check, changes } = await upgrade(stack, terraform, update);
    checks.push(check);
    rows.push(...changes.map((change) => [stack.id, ...change]));
    writeFileSync(
      join(run.path, UPGRADE_FILE),
      `${markdownTable(["stack", "action", "resource", "attributes"], rows)}\n`,
    );
    return check.saw;
  });
  await show(
    "Plan again",
    stacks.map((stack) => secondPlan(stack, terraform)),
  );
}

/** Only what was synthesized: no state, plan or override of where it has been applied. */
export function copyOfOutput(from: string, to: string): string {
  const stacks = readStacks(from);
  for (const { directory } of stacks) {
    const target = join(to, relative(from, directory));
    mkdirSync(target, { recursive: true });
    for (const name of [STACK_JSON, "assets"].filter((each) => existsSync(join(directory, each))))
      cpSync(join(directory, name), join(target, name), { recursive: true });
  }
  cpSync(join(from, MANIFEST), join(to, MANIFEST));
  return to;
}

async function upgrade(
  stack: RehearsedStack,
  terraform: Terraform,
  onProgress: (text: string) => void,
): Promise<{ check: Check; changes: string[][] }> {
  // The bucket is there: its own stack is no exception any more.
  const run = { ...stack, id: `${stack.id}.upgrade` };
  const options = { onProgress, onPhase: (phase: Phase, seconds: number) => endPhase(stack.report, phase, seconds) };
  const plan = await planStack(terraform, run, options);
  const attributes = await terraform.changedAttributes(run, PLAN_FILE);
  const planned = plan.changes.filter(({ action }) => action !== "read");
  if (plan.changed) await applyPlan(terraform, run, plan, options);
  const addresses = await terraform.addresses(run);
  stack.report.resources = addresses.filter((address) => !/(^|\.)data\./.test(address)).length;
  return {
    check: judge(stack.id, planned),
    changes: planned.map(({ action, address }) => [
      action,
      `\`${address}\``,
      action === "update" || action === "replace" ? (attributes.get(address) ?? []).join(", ") : "",
    ]),
  };
}

/** Whether a plan keeps everything that an upgrade has to keep. */
export function judge(id: string, changes: readonly PlannedChange[]): Check {
  const lost = changes.filter(
    ({ action, address }) =>
      (action === "delete" || action === "replace") && KEPT.has(address.slice(0, address.indexOf("."))),
  );
  const item = `${id}: nothing that holds data or that others rely on is deleted or replaced`;
  const counts = new Map<string, number>();
  for (const { action } of changes) counts.set(action, (counts.get(action) ?? 0) + 1);
  const saw = [...counts].map(([action, count]) => `${action} ${count}`).join(", ") || "no change";
  const named = lost.map(({ action, address }) => `${action} ${address}`).join(", ");
  return checked(item, lost.length === 0, named || saw, `look at ${UPGRADE_FILE} in the folder of this run`);
}
