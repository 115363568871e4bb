import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { projectPath } from "../../config/project";
import { stackId } from "../../config/stack-ids";
import { chooseStacks } from "../../engine/choose-stacks";
import { runCommand } from "../../engine/command";
import { openSession } from "../../engine/session";
import { show } from "../../engine/show";
import { bootstrap } from "../../engine/state-bucket";
import type { Interruption } from "../../engine/terraform/interruption";
import type { SynthesizedStack } from "../../synth/stacks";

interface Options {
  readonly env: string;
}

export const command = new Command("bootstrap")
  .description(
    "Creates the S3 bucket for Terraform state of an environment, and moves the state of that bucket's own stack into " +
      "it. Run it once before the first deployment; another run changes nothing.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .action((options: Options) => runCommand("bootstrap", (interruption) => run(options, interruption)));

async function run({ env }: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfigurationFor(env);
  const { backend } = environmentNamed(configuration, env);
  if (backend.type !== "s3") {
    console.log(`${env} keeps its state in ${backend.type}: there is no bucket to create`);
    return 0;
  }
  const id = stackId("state-backend", { name: env });
  const choose = (all: readonly SynthesizedStack[]) => chooseStacks(all, configuration, env, [id]);
  const { terraform, stacks } = await openSession(configuration, choose, interruption);
  const [stack] = stacks;
  if (stack === undefined) throw new Error(`no stack ${id}`);
  await show("Bootstrap", [
    {
      title: id,
      run: async (onProgress) => {
        const localState = projectPath(`${id}.bootstrap.tfstate`);
        const { changed } = await bootstrap(terraform, stack, { onProgress, localState });
        return changed ? "the bucket holds its own state" : "no change";
      },
    },
  ]);
  return 0;
}
