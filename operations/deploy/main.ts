import { relative } from "node:path";
import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { projectPath } from "../../config/project";
import { stackId } from "../../config/stack-ids";
import { ask } from "../../engine/ask";
import { chooseStacks } from "../../engine/choose-stacks";
import { runCommand } from "../../engine/command";
import { LOCK_TIMEOUT, openSession } from "../../engine/session";
import { showPhases } from "../../engine/show";
import type { Interruption } from "../../engine/terraform/interruption";
import type { SynthesizedStack } from "../../synth/stacks";
import { checkBuild } from "../image/check-build";
import { deploy } from "./deploy";

interface Options {
  readonly env: string;
  readonly stack?: string[];
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly lockTimeout: string;
}

export const command = new Command("deploy")
  .description(
    "Deploys the stacks of an environment to AWS in the order of their dependencies: plans, asks once, applies. " +
      "Needs AWS credentials; once before the first time: npx ecs-privatelink bootstrap.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .option("--stack <id...>", "only these stacks, e.g. network-dev (default: all of the environment)")
  .option("--dry-run", "show what would change, and change nothing", false)
  .option("--yes", "don't ask", false)
  .option("--lock-timeout <duration>", "how long to wait for another run's lock of a state, e.g. 30s", LOCK_TIMEOUT)
  .action((options: Options) => runCommand("deploy", (interruption) => run(options, interruption)));

async function run({ env, stack, dryRun, lockTimeout, yes }: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfigurationFor(env);
  const environment = environmentNamed(configuration, env);
  if (!dryRun && !yes && !process.stdin.isTTY) {
    throw new Error("no terminal for the approval prompt: pass --yes or --dry-run");
  }
  const choose = (all: readonly SynthesizedStack[]) => chooseStacks(all, configuration, env, stack ?? []);
  // Prepare, Plan, and unless nothing may be changed, Apply.
  const show = showPhases(dryRun ? 2 : 3);
  const { terraform, stacks, logs } = await openSession(configuration, choose, interruption, {
    readOnly: dryRun,
    lockTimeout,
    show,
  });
  const { accountId } = environment;
  const builds = stacks.some(({ id }) => id === stackId("compute", environment));
  // Terraform itself would notice a wrong login to the registry only halfway.
  if (builds && accountId !== undefined && !dryRun) console.log(await checkBuild(environment, { accountId }));
  const { approved } = await deploy({
    terraform,
    stacks,
    show,
    print: (text) => console.log(text),
    approve: async () => (dryRun ? false : yes || isApproved(env, interruption)),
  });
  console.log(`\n${conclusion(approved, dryRun)}; logs: ${relative(projectPath(), logs)}`);
  return approved === false && !dryRun ? 1 : 0;
}

function conclusion(approved: boolean | undefined, dryRun: boolean): string {
  if (approved === undefined) return "No change";
  if (approved) return "Deployed";
  return dryRun ? "Planned; nothing was changed" : "Not approved; nothing was changed";
}

async function isApproved(env: string, interruption: Interruption): Promise<boolean> {
  return (await ask(`\nApply to ${env}? Type "yes" to continue: `, interruption)) === "yes";
}
