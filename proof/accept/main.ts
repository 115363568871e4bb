import { join, relative } from "node:path";
import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { projectPath } from "../../config/project";
import type { Environment } from "../../config/schema";
import { runCommand } from "../../engine/command";
import { Failed, Skipped, showPhases } from "../../engine/show";
import { Interrupted, type Interruption } from "../../engine/terraform/interruption";
import { count, duration } from "../../engine/words";
import { isGood, type Report, renderReport, tallyChecks } from "../rehearse/report";
import { newestRecord, writeRecord } from "../rehearse/report-file";
import { compare, renderComparison } from "./compare";
import { costOf, obstacles } from "./estimate";
import { Progress } from "./progress";
import { type AcceptStep, acceptSteps } from "./steps";

interface Options {
  readonly env: string;
  readonly confirm?: string;
  readonly dryRun: boolean;
}

/** How long an environment may take to become healthy, and how often it is looked at, in seconds. */
const PATIENCE = { seconds: 20 * 60, between: 30 };

export const command = new Command("accept")
  .description(
    "Deploys an environment that is there for it to an AWS account, loads data, verifies, changes the image and back, deploys an " +
      "image that does not exist, and destroys everything; then compares with the newest rehearsal. Costs money. Run it again after " +
      "an interruption: it continues. Exit code: 0 every check passed, 1 otherwise.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments; it is destroyed at the end")
  .option("--confirm <name>", "the environment's name again: without it nothing is done")
  .option("--dry-run", "only show the steps, with time and cost", false)
  .action((options: Options) => runCommand("accept", (interruption) => run(options, interruption)));

async function run({ confirm, dryRun, env }: Options, interruption: Interruption): Promise<number> {
  const environment = environmentNamed(loadConfigurationFor(env), env);
  const folder = projectPath(".rehearsal", "accept", env);
  const progress = new Progress(folder);
  const steps = acceptSteps({ environment, folder, interruption, patience: PATIENCE });
  console.log(plan(environment, steps, progress));
  if (dryRun) return 0;
  refuse(environment, confirm);

  const show = showPhases(steps.length);
  for (const step of steps) {
    const good = await perform(step, { interruption, progress, show });
    if (!good && step.title !== "Items of the pattern") return conclude(environment, folder, progress, false);
  }
  const code = conclude(environment, folder, progress, true);
  progress.forget();
  return code;
}

function plan(environment: Environment, steps: readonly AcceptStep[], progress: Progress): string {
  const left = steps.filter(({ skipped, title }) => skipped === undefined && !progress.has(title));
  const minutes = left.reduce((sum, step) => sum + step.minutes, 0);
  const account = environment.accountId ?? "of the credentials";
  return [
    `Acceptance of ${environment.name} in account ${account}, ${environment.region}`,
    ...steps.map(({ skipped, title, minutes }) => {
      const state = progress.has(title)
        ? "done"
        : skipped === undefined
          ? `about ${minutes} min`
          : `skipped: ${skipped}`;
      return `  ${title}: ${state}`;
    }),
    `About ${duration(minutes * 60_000)}, and about $${costOf(environment, minutes / 60).toFixed(2)} while nothing passes through it (an estimate; a key that waits for its deletion costs nothing).`,
  ].join("\n");
}

function refuse(environment: Environment, confirm: string | undefined): void {
  const { name, stage } = environment;
  if (stage === "production") throw new Error(`${name} is of stage production; an acceptance destroys its environment`);
  if (confirm !== name) {
    throw new Error(`the environment is destroyed at the end: pass --confirm ${name}, or --dry-run to see the steps`);
  }
  const protectedBy = obstacles(environment);
  if (protectedBy.length > 0) {
    throw new Error(`${name} could not be destroyed at the end: set ${protectedBy.join(", ")} in its file`);
  }
}

interface StepOptions {
  readonly interruption: Interruption;
  readonly progress: Progress;
  readonly show: ReturnType<typeof showPhases>;
}

/** @returns whether every check of the step passed; one that was done before counts as passed */
async function perform(step: AcceptStep, { interruption, progress, show }: StepOptions): Promise<boolean> {
  const { skipped, title } = step;
  let good = true;
  const work = async (update: (text: string) => void) => {
    if (skipped !== undefined) return new Skipped(skipped);
    if (progress.has(title)) return "done before";
    const checks = [];
    for await (const check of step.run()) {
      checks.push(check);
      update(check.item);
    }
    // What an interrupt has ended has not failed.
    if (interruption.stop.aborted) throw new Interrupted();
    const { failed, passed } = tallyChecks(checks);
    good = failed === 0;
    // A step that failed is done again.
    if (good || title === "Items of the pattern") progress.add({ title, checks });
    if (good) return `${count(passed, "check")} passed`;
    for (const { item, saw } of checks.filter(({ status }) => status === "fail")) console.error(`✖ ${item}: ${saw}`);
    return new Failed(`${count(failed, "check")} FAILED`);
  };
  await show(title, [{ title, run: work }]);
  return good;
}

/** Writes the report in the shape of a rehearsal's, and compares the two. */
function conclude(environment: Environment, folder: string, { began, done }: Progress, whole: boolean): number {
  const ended = Date.now();
  const report: Report = {
    stacks: [],
    checks: done,
    replacements: [],
    asDeployed: [],
    seconds: (ended - began) / 1000,
  };
  const good = whole && isGood(report);
  writeRecord(folder, { environment: environment.name, began, ended, good, report });
  const rehearsal = newestRecord(projectPath(), environment.name);
  const compared =
    rehearsal === undefined
      ? `There is no rehearsal to compare with: npm start -- --env ${environment.name}`
      : renderComparison(compare(done, rehearsal.report.checks));
  const next = whole ? [] : [`next: run the same command again; it continues with the step that failed`];
  const said = [
    renderReport(report),
    compared,
    `Acceptance of ${environment.name} ${good ? "passed" : whole ? "FAILED" : "stopped"} after ${duration(ended - began)}`,
    `report: ${relative(projectPath(), join(folder, "report.json"))}`,
    ...next,
  ];
  console.log(`\n${said.join("\n")}`);
  return good ? 0 : 1;
}
