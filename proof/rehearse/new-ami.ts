import { stackId } from "../../config/stack-ids";
import { PLAN_FILE, planStack } from "../../engine/apply-stack";
import { drift, ofNewAmi } from "../../operations/drift/drift";
import { type Check, checked } from "../../operations/verify/check";
import type { SynthesizedStack } from "../../synth/stacks";
import { DEFAULT_ACCOUNT } from "../lab/emulator";
import { checkStep, type LookOptions } from "./look";
import type { Alongside } from "./stack-runs";

/**
 * Publishes a newer AMI, plans, and looks at what drift would say: nothing where the configuration names a version, else
 * the launch template and its group, told apart from changes by hand. Undefined where there are no instances.
 *
 * @param after titles and stack ids that have to be done first: what they plan would change
 */
export function newAmiStep(options: LookOptions & { readonly after: readonly string[] }): Alongside | undefined {
  const { after, environment, stacks } = options;
  const { fargate, launchType } = environment.compute;
  const compute = stacks.find(({ id }) => id === stackId("compute", environment));
  if (compute === undefined || (launchType === "FARGATE" && !fargate.keepInstances)) return undefined;
  return { ...checkStep("New AMI", () => publishAndPlan(options, compute), options), dependencies: after };
}

async function* publishAndPlan(options: LookOptions, compute: SynthesizedStack): AsyncGenerator<Check> {
  const { emulator, environment, terraform } = options;
  const { accountId: account = DEFAULT_ACCOUNT, compute: chosen, region } = environment;
  const version = await emulator.publishAmi({ account, region });
  const all = drift(await planStack(terraform, compute, { onProgress: () => {} }));
  const ofAmi = ofNewAmi(all, await terraform.changedAttributes(compute, PLAN_FILE));
  const ofInstances = all.filter((each) =>
    /^\w+ aws_(launch_template|autoscaling_group|ecs_capacity_provider)\./.test(each),
  );
  const pinned = chosen.ec2.amiVersion;
  const good = pinned === undefined ? ofAmi.length === 2 && ofInstances.length === 2 : ofInstances.length === 0;
  yield checked(
    pinned === undefined
      ? "a newer AMI: the launch template and its group follow, and drift names the AMI as the reason"
      : `a newer AMI: nothing changes, since compute.ec2.amiVersion names ${pinned}`,
    good,
    `${version} published; ${ofInstances.join(", ") || "no change of the instances"}`,
    "modules/compute/ec2-capacity.ts, operations/drift/drift.ts",
  );
}
