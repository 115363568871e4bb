import { join } from "node:path";
import { stackId } from "../../config/stack-ids";
import { type ApplyStackOptions, planStack } from "../../engine/apply-stack";
import type { PlanResult } from "../../engine/terraform/terraform";
import { type Check, checked } from "../../operations/verify/check";
import type { SynthesizedStack } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { withLaunchType } from "../lab/rehearsable";
import { checkStep, type LookOptions } from "./look";
import type { Alongside } from "./stack-runs";

export interface LaunchTypeSwitchOptions extends LookOptions {
  /** Prepares the stack directories below an output folder for this rehearsal. */
  readonly directories: (outdir: string) => readonly SynthesizedStack[];
  /** Titles and stack ids that have to be done first. */
  readonly after: readonly string[];
}

/** What may be put in another's place: a task definition has no other way to change, and an image may be a newer one. */
const REVISIONS = /^(aws_ecs_task_definition|docker_image|docker_registry_image)\./;

const QUIET: ApplyStackOptions = { onProgress: () => {} };

/**
 * Plans the first step of the switch from EC2 to Fargate that docs/runbook.md describes: nothing may go that serves.
 * Only a plan, since what follows is for others to see; undefined where tasks don't run on instances.
 */
export function launchTypeSwitchStep(options: LaunchTypeSwitchOptions): Alongside | undefined {
  const { after, environment, stacks } = options;
  const compute = stacks.find(({ id }) => id === stackId("compute", environment));
  if (compute === undefined || environment.compute.launchType !== "EC2") return undefined;
  return { ...checkStep("Switch to Fargate", () => planSwitch(options, compute), options), dependencies: after };
}

async function* planSwitch(options: LaunchTypeSwitchOptions, compute: SynthesizedStack): AsyncGenerator<Check> {
  const { configuration, directories, environment, run, terraform } = options;
  const item = "EC2 to Fargate, instances kept: the service is updated in place, nothing that serves is replaced";
  const changed = withLaunchType(environment, "FARGATE");
  const fargate = { ...changed.compute.fargate, keepInstances: true };
  const outdir = join(run.path, "on-fargate");
  synthesize({ ...configuration, environments: [{ ...changed, compute: { ...changed.compute, fargate } }] }, outdir);
  const stack = directories(outdir).find(({ id }) => id === compute.id);
  if (stack === undefined) throw new Error(`${compute.id} is gone from ${outdir}`);
  const plan = await planStack(terraform, { ...stack, id: `${stack.id}.on-fargate` }, QUIET);
  yield judge(item, plan);
}

function judge(item: string, { changes }: PlanResult): Check {
  const said = changes.filter(({ action }) => action !== "read").map(({ action, address }) => `${action} ${address}`);
  const moves = changes.some(({ action, address }) => action === "update" && address.startsWith("aws_ecs_service."));
  const lost = changes.filter(
    ({ action, address }) => (action === "delete" || action === "replace") && !REVISIONS.test(address),
  );
  const saw = said.join(", ") || "no change";
  return checked(item, moves && lost.length === 0, saw, "docs/runbook.md, EC2 to Fargate");
}
