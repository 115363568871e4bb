import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { chooseStacks } from "../deploy/choose-stacks";
import { openSession } from "../deploy/session";
import { environmentNamed } from "../environment-named";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import { bootstrap } from "./bootstrap";

interface Options {
  readonly env: string;
}

void new Command("npm run bootstrap --")
  .description(
    "Creates the S3 bucket for Terraform state of an environment, and moves the state of that bucket's own stack into " +
      "it. Run it once before the first deployment; running it again changes nothing.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .action((options: Options) => runCommand("bootstrap", (interruption) => run(options, interruption)))
  .parseAsync();

async function run({ env }: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfiguration();
  const { backend } = environmentNamed(configuration, env);
  if (backend.type !== "s3") {
    console.log(`${env} keeps its state in ${backend.type}: there is no bucket to create`);
    return 0;
  }
  const { terraform, stacks } = await openSession(configuration, interruption);
  const id = `state-backend-${env}`;
  const [stack] = chooseStacks(stacks, configuration, env, [id]);
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
