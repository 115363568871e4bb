import { appendFileSync } from "node:fs";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { runCommand } from "../command";
import { PLAN_FILE, planStack } from "../deploy/apply-stack";
import { chooseStacks } from "../deploy/choose-stacks";
import { openSession } from "../deploy/session";
import { environmentNamed } from "../environment-named";
import { inOrder } from "../in-order";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import type { ManagedResource } from "../terraform/resources";
import { beyondPlan } from "./beyond-plan";
import { drift, type StackDrift, summary } from "./drift";

interface Options {
  readonly env: string;
  readonly summary?: string;
}

/** As `terraform plan -detailed-exitcode`: 0 no difference, 1 error, 2 differences. */
const DRIFT_EXIT_CODE = 2;

void new Command("npm run drift --")
  .description(
    "Plans every stack of an environment, looks at what no plan shows (rules, routes and targets that were added, the\n" +
      "number of tasks), and tells what differs from what is written. Changes nothing; a role that reads is enough.\n" +
      "Exit code: 0 no difference, 1 error, 2 differences.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .option("--summary <file>", "file that gets the differences as Markdown, at its end")
  .action((options: Options) => runCommand("drift", (interruption) => run(options, interruption)))
  .parseAsync();

async function run({ env, summary: file }: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfiguration({ files: process.env.CONFIG });
  const { region } = environmentNamed(configuration, env);
  const { terraform, stacks } = await openSession(configuration, interruption);
  const chosen = chooseStacks(stacks, configuration, env, []);
  const planned = new Map<string, StackDrift>();
  const resources = new Map<string, readonly ManagedResource[]>();
  // Plans don't wait for each other.
  const each = chosen.map((stack) => ({ ...stack, dependencies: [] }));
  await inOrder(each, show, `Drift of ${env}`, { concurrency: 3 }, async (stack, onProgress) => {
    const differences = drift(await planStack(terraform, stack, { onProgress }));
    const plan = differences.length > 0 ? await terraform.showPlan(stack, PLAN_FILE) : "";
    planned.set(stack.id, { id: stack.id, differences, plan });
    resources.set(stack.id, await terraform.resources(stack, PLAN_FILE));
    return differences.length > 0 ? `differs: ${differences.join(", ")}` : "no difference";
  });
  const unplanned = await beyondPlan(resources, { region });
  if (unplanned.length > 0) {
    console.log("\nWhat no plan shows");
    for (const { stack, difference } of unplanned) console.log(`✖ ${stack}: ${difference}`);
  }
  const found = [...planned.values()].map((stack) => ({
    ...stack,
    differences: [
      ...stack.differences,
      ...unplanned.filter((one) => one.stack === stack.id).map(({ difference }) => difference),
    ],
  }));
  if (file !== undefined) appendFileSync(file, summary(env, found));
  return found.some(({ differences }) => differences.length > 0) ? DRIFT_EXIT_CODE : 0;
}
