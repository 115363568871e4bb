import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Configuration } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { applyPlan, PLAN_FILE, planStack } from "../../engine/apply-stack";
import { Skipped, type Step } from "../../engine/show";
import type { Terraform } from "../../engine/terraform/terraform";
import { count } from "../../engine/words";
import { bundleLambda, zip } from "../../lambda/build";
import type { FunctionName } from "../../lambda/functions";
import { type Check, checked } from "../../operations/verify/check";
import { STACK_JSON, type SynthesizedStack } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { OVERRIDE_FILE } from "../lab/overrides";
import type { RunFolder } from "../lab/run-folder";

const ITEM = "a plan saved in one directory is applied in another that got only JSON, assets and the plan";

export interface SavedPlanOptions {
  readonly terraform: Terraform;
  readonly project: string;
  readonly run: RunFolder;
  /** What is applied now. */
  readonly configuration: Configuration;
  /** Prepares the stack directories below an output folder for this rehearsal. */
  readonly directories: (outdir: string) => readonly SynthesizedStack[];
  readonly onCheck: (check: Check) => void;
}

/**
 * What a pipeline does that plans in one job and applies in another, and HCP Terraform in two containers: with
 * `privatelink.sync.prebuiltPackage` the Lambda's package travels with the assets. (A package that Terraform zips is
 * made by the plan only, and missing where the plan is applied.)
 */
export function savedPlanStep(options: SavedPlanOptions): Step {
  return {
    title: "Saved plan applied from another directory",
    run: async (update) => {
      const check = await applyElsewhere(options, update);
      options.onCheck(check);
      if (check.status === "fail") throw new Error(`${check.item}: ${check.saw}`);
      return check.status === "not applicable" ? new Skipped(check.saw) : check.saw;
    },
  };
}

async function applyElsewhere(options: SavedPlanOptions, onProgress: (text: string) => void): Promise<Check> {
  const { terraform, run, configuration, directories } = options;
  const [environment] = configuration.environments;
  if (environment?.privatelink.albTargetMode !== "ip-sync") {
    return { item: ITEM, status: "not applicable", saw: "there is no Lambda to package" };
  }
  const outdir = join(run.path, "planned-here");
  const { consumerConnections, sync, ...privatelink } = environment.privatelink;
  const changed = {
    ...environment,
    privatelink: {
      ...privatelink,
      sync: { ...sync, prebuiltPackage: await writePackage(options, "alb-ip-sync") },
      consumerConnections: {
        ...consumerConnections,
        prebuiltPackage: await writePackage(options, "consumer-connections"),
      },
    },
  };
  synthesize({ ...configuration, environments: [changed] }, outdir);
  const stack = directories(outdir).find(({ id }) => id === stackId("privatelink-service", environment));
  if (stack === undefined) return { item: ITEM, status: "not applicable", saw: "its stack is not rehearsed" };

  const here = { id: `${stack.id}.here`, directory: stack.directory };
  const plan = await planStack(terraform, here, { onProgress });
  const elsewhere = { id: `${stack.id}.elsewhere`, directory: join(run.path, "applied-elsewhere", stack.id) };
  mkdirSync(elsewhere.directory, { recursive: true });
  for (const name of [STACK_JSON, OVERRIDE_FILE, "assets", PLAN_FILE]) {
    cpSync(join(stack.directory, name), join(elsewhere.directory, name), { recursive: true });
  }
  await terraform.init(elsewhere);
  await applyPlan(terraform, elsewhere, plan, { onProgress });
  const again = await terraform.plan(here, { phase: "plan-again" });
  const packaged = plan.changes.some(({ address }) => address.startsWith("aws_lambda_function."));
  const wrong = packaged ? "a second plan is not empty" : "the plan did not change the Lambda's package";
  const good = packaged && !again.changed;
  const saw = good ? `${count(plan.changes.length, "change")}, including the Lambda package` : wrong;
  return checked(ITEM, good, saw, `look at the logs ${stack.id}.here.* and ${stack.id}.elsewhere.*`);
}

/** A package that differs from the one that runs, so that applying has to read it. */
async function writePackage({ project, run }: SavedPlanOptions, name: FunctionName): Promise<string> {
  const file = join(run.path, `${name}.zip`);
  const built = new TextEncoder().encode(new Date().toISOString());
  writeFileSync(file, zip({ "index.js": await bundleLambda(name), built }));
  return relative(project, file);
}
