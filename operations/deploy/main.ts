import { relative } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { stackId } from "../../stacks/base";
import { ask } from "../ask";
import { runCommand } from "../command";
import { environmentNamed } from "../environment-named";
import { checkBuild } from "../image/check-build";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import { chooseStacks } from "./choose-stacks";
import { deploy } from "./deploy";
import { openSession } from "./session";

interface Options {
  readonly env: string;
  readonly stack?: string[];
  readonly planOnly: boolean;
  readonly autoApprove: boolean;
}

void new Command("npm run deploy --")
  .description(
    "Deploys the stacks of an environment to AWS in the order of their dependencies: plans, asks once, applies. " +
      "Needs AWS credentials; once before the first time: npm run bootstrap.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .option("--stack <id...>", "only these stacks, e.g. network-dev (default: all of the environment)")
  .option("--plan-only", "show what would change, and change nothing", false)
  .option("--auto-approve", "don't ask", false)
  .action((options: Options) => runCommand("deploy", (interruption) => run(options, interruption)))
  .parseAsync();

async function run({ env, stack, planOnly, autoApprove }: Options, interruption: Interruption): Promise<number> {
  if (!planOnly && !autoApprove && !process.stdin.isTTY) {
    throw new Error("nobody can be asked for approval here: add --auto-approve, or --plan-only");
  }
  const configuration = loadConfiguration();
  const environment = environmentNamed(configuration, env);
  const { terraform, stacks, logs } = await openSession(configuration, interruption);
  const chosen = chooseStacks(stacks, configuration, env, stack ?? []);
  const { accountId } = environment;
  const builds = chosen.some(({ id }) => id === stackId("compute", environment));
  // Terraform itself would notice a wrong login to the registry only halfway.
  if (builds && accountId !== undefined && !planOnly) console.log(await checkBuild(environment, { accountId }));
  const { approved } = await deploy({
    terraform,
    stacks: chosen,
    show,
    print: (text) => console.log(text),
    approve: async () => (planOnly ? false : autoApprove || isApproved(env, interruption)),
  });
  console.log(`\n${conclusion(approved, planOnly)}; logs: ${relative(projectPath(), logs)}`);
  return approved === false && !planOnly ? 1 : 0;
}

function conclusion(approved: boolean | undefined, planOnly: boolean): string {
  if (approved === undefined) return "No change";
  if (approved) return "Deployed";
  return planOnly ? "Planned; nothing was changed" : "Not approved; nothing was changed";
}

async function isApproved(env: string, interruption: Interruption): Promise<boolean> {
  return (await ask(`\nApply to ${env}? Only "yes" does: `, interruption)) === "yes";
}
