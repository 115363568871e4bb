import { join } from "node:path";
import type { Environment } from "../../config/schema";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { count } from "../../engine/words";
import { stackId } from "../../stacks/base";
import { readStackJson, readStacks } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { type Foundation, layFoundation } from "../lab/foundation";
import { rehearsable, unprotected } from "../lab/rehearsable";
import { hashOfJson } from "../lab/terraform-json";
import { stepsOfVerification, stepsWhileApplying } from "./alongside";
import { finalChecks } from "./final-checks";
import { checkStep } from "./look";
import { rehearseQuickly } from "./quick";
import { prepareRehearsal, type RehearsalOptions, theEnvironment } from "./rehearsal";
import { renderReport } from "./report";
import { savedPlanStep } from "./saved-plan";
import { readSecrets, secretChecks } from "./secrets";
import { applyChange, applyStacks, destroyStacks, verifyAlongside } from "./stack-runs";
import { rehearseUpgrade } from "./upgrade";

/** Headings of a rehearsal, for `showPhases`; one that is kept ends after Verify. */
const PHASES = { all: 8, kept: 4, upgrade: 5, quick: 5 } as const;

/** What exists already is created in a phase of its own. */
export const phases = (kind: keyof typeof PHASES, { network }: Environment): number =>
  PHASES[kind] + (network.existing ? 1 : 0);

/**
 * Applies every stack of an environment and its consumers to an emulated AWS, looks at the result, and takes it down.
 *
 * @throws the first error that makes going on pointless, e.g. the TerraformError of a stack that could not be applied
 */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const started: (() => Promise<void>)[] = [];
  const begin = Date.now();
  try {
    const asDeployed = join(options.run.path, "as-deployed");
    const { configuration } = rehearsable(options.configuration, options, {});
    await options.show("Synthesize", [
      {
        title: "Terraform JSON",
        run: async () => {
          synthesize(configuration, asDeployed);
          return count(readStacks(asDeployed).length, "stack");
        },
      },
    ]);
    const foundation = await layFoundation({
      ...options,
      environment: theEnvironment(configuration),
      requirements: requiredProviders(readStacks(asDeployed).map(readStackJson)),
      show: (steps) => options.show("Prepare", steps),
      onStarted: (stop) => started.push(stop),
    });
    await rehearseOn(foundation, options, asDeployed);
  } finally {
    for (const stop of started.reverse()) await stop();
    options.report.seconds = (Date.now() - begin) / 1000;
  }
}

async function rehearseOn(foundation: Foundation, options: RehearsalOptions, asDeployed: string): Promise<void> {
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
