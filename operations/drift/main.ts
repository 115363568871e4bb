import { appendFileSync } from "node:fs";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { runCommand } from "../command";
import { PLAN_FILE, planStack } from "../deploy/apply-stack";
import { chooseStacks } from "../deploy/choose-stacks";
import { openSession } from "../deploy/session";
import { inOrder } from "../in-order";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import { drift, type StackDrift, summary } from "./drift";

interface Options {
  readonly env: string;
  readonly summary?: string;
}

/** As `terraform plan -detailed-exitcode`: 0 no difference, 1 error, 2 differences. */
const DRIFT_EXIT_CODE = 2;

void new Command("npm run drift --")
  .description(
    "Plans every stack of an environment and tells what differs from what is written. Changes nothing; a role that\n" +
      "reads is enough. Exit code: 0 no difference, 1 error, 2 differences.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .option("--summary <file>", "file that gets the differences as Markdown, at its end")
  .action((options: Options) => runCommand("drift", (interruption) => run(options, interruption)))
  .parseAsync();

async function run({ env, summary: file }: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfiguration({ files: process.env.CONFIG });
  const { terraform, stacks } = await openSession(configuration, interruption);
  const found: StackDrift[] = [];
  // Plans don't wait for each other.
  const chosen = chooseStacks(stacks, configuration, env, []).map((stack) => ({ ...stack, dependencies: [] }));
  await inOrder(chosen, show, `Drift of ${env}`, { concurrency: 3 }, async (stack, onProgress) => {
    const differences = drift(await planStack(terraform, stack, { onProgress }));
    const plan = differences.length > 0 ? await terraform.showPlan(stack, PLAN_FILE) : "";
    found.push({ id: stack.id, differences, plan });
    return differences.length > 0 ? `differs: ${differences.join(", ")}` : "no difference";
  });
  if (file !== undefined) appendFileSync(file, summary(env, found));
  return found.some(({ differences }) => differences.length > 0) ? DRIFT_EXIT_CODE : 0;
}
