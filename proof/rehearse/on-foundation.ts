import { join } from "node:path";
import { stackId } from "../../config/stack-ids";
import { synthesize } from "../../synth/synthesize";
import type { Foundation } from "../lab/foundation";
import { unprotected } from "../lab/rehearsable";
import { hashOfJson } from "../lab/terraform-json";
import { stepsOfVerification, stepsWhileApplying } from "./alongside";
import { finalChecks } from "./final-checks";
import { checkStep } from "./look";
import { rehearseQuickly } from "./quick";
import { prepareRehearsal, type RehearsalOptions } from "./rehearsal";
import { renderReport } from "./report";
import { savedPlanStep } from "./saved-plan";
import { readSecrets, secretChecks } from "./secrets";
import { applyChange, applyStacks, destroyStacks, verifyAlongside } from "./stack-runs";
import { rehearseUpgrade } from "./upgrade";

/**
 * Applies the stacks, verifies and destroys them; or does the part of it that is asked for.
 *
 * @param asDeployed output folder of the configuration without replacements, absolute
 */
export async function rehearseOn(foundation: Foundation, options: RehearsalOptions, asDeployed: string): Promise<void> {
  const { project, report, run, show } = options;
  const rehearsal = await prepareRehearsal(foundation, options, asDeployed);
  const { clientOptions, configuration, directories, emulator, environment, stacks, terraform } = rehearsal;
  const hashes = stacks.map(hashOfJson);
  const runs = { terraform, show };
  if (options.upgradeFrom !== undefined)
    return rehearseUpgrade({ ...runs, from: options.upgradeFrom, run, stacks, directories, report });
  if (options.quick) return rehearseQuickly(rehearsal, foundation);

  await applyStacks(stacks, stepsWhileApplying(rehearsal), runs);
  await verifyAlongside(stepsOfVerification(rehearsal), show);
  if (options.keep !== undefined) return options.keep(emulator);

  const deletable = { ...configuration, environments: configuration.environments.map(unprotected) };
  const savedPlan = savedPlanStep({
    terraform,
    project,
    run,
    configuration: deletable,
    directories,
    onCheck: (check) => report.checks.push({ title: "Saved plan", checks: [check] }),
  });
  const outdir = join(run.path, "unprotected");
  synthesize(deletable, outdir);
  const deletableStacks = directories(outdir);
  const last = stacks.map((stack, index) => {
    const changed = deletableStacks[index];
    const same = changed === undefined || hashOfJson(changed) === hashes[index];
    return same ? stack : { ...changed, report: stack.report };
  });
  await applyChange(
    last.filter((stack) => !stacks.includes(stack)),
    runs,
  );
  const searched = {
    secrets: await readSecrets(clientOptions),
    folders: [run.path, join(project, "cdktf.out")],
    printed: renderReport(report),
  };
  await show("Scan for secrets", [checkStep("Secrets", () => secretChecks(searched, clientOptions), options)]);
  const beforeTheService = last
    .filter(({ id }) => id === stackId("privatelink-service", environment))
    .map(({ id }) => ({ ...savedPlan, dependencies: [id] }));
  await destroyStacks(last, beforeTheService, runs);
  await rehearsal.stateBuckets.delete();
  const checks = async function* () {
    if (rehearsal.existing !== undefined) yield* rehearsal.existing.checksAfterwards();
    yield* finalChecks(emulator, report, stacks, hashes, searched);
  };
  await show("Final checks", [checkStep("Nothing left behind", checks, options)]);
}
