import { existsSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import type { Configuration, Environment } from "../../config/schema";
import { stackId } from "../../stacks/base";
import { ask } from "../ask";
import { runCommand } from "../command";
import { chooseStacks } from "../deploy/choose-stacks";
import { openSession } from "../deploy/session";
import { environmentNamed } from "../environment-named";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import { inOrder, type SynthesizedStack } from "../terraform/stacks";
import { FLAGS } from "./contents";
import type { Container } from "./inventory";
import { describe, destroyAll, look, obstacles, type StackToDestroy } from "./teardown";

interface Options {
  readonly env: string;
  readonly confirm?: string;
  readonly autoApprove: boolean;
  readonly lookOnly: boolean;
  readonly emptyBuckets: boolean;
  readonly emptyRepositories: boolean;
  readonly deleteRecoveryPoints: boolean;
  readonly terminateInstances: boolean;
}

void new Command("npm run teardown --")
  .description(
    "Destroys every stack of an environment, and those of its consumers in the same account, the last first. Shows what\n" +
      "will go and what is protected, stops there if something is in the way, and asks. Rejects the endpoint connections\n" +
      "that are left. Run again after an interrupt, it goes on with what is left.\n" +
      "Exit code: 0 nothing is left, 1 something is in the way, not approved, or an error.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .option("--look-only", "show what would go and what is in the way, and change nothing", false)
  .option("--confirm <name>", "the environment's name instead of typing it, for scripts")
  .option("--auto-approve", "don't ask; not for an environment of stage production", false)
  .option(FLAGS.bucket, "delete every object, with all versions, of buckets that are protected by being filled", false)
  .option(FLAGS.repository, "delete every image of repositories that are protected by being filled", false)
  .option(FLAGS["backup vault"], "delete every backup in vaults that are protected by being filled", false)
  .option(FLAGS.instances, "lift the protection from scaling in of instances", false)
  .action((options: Options) => runCommand("teardown", (interruption) => run(options, interruption)))
  .parseAsync();

async function run(options: Options, interruption: Interruption): Promise<number> {
  const { env, confirm, lookOnly } = options;
  if (confirm !== undefined && confirm !== env) throw new Error(`--confirm ${confirm} is not the environment ${env}`);
  const configuration = loadConfiguration();
  const environment = environmentNamed(configuration, env);
  const { terraform, stacks, logs } = await openSession(configuration, interruption);
  const { chosen, elsewhere } = stacksToDestroy(stacks, configuration, environment);
  const runs = {
    terraform,
    show,
    clientOptions: { region: environment.region, forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL) },
    mayEmpty: mayEmpty(options),
  };
  const findings = await look(chosen, runs);
  if (findings.length === 0) {
    forgetLocalState(chosen);
    console.log(`\nNothing of ${env} is there`);
    return 0;
  }
  console.log(`\nThis goes, from top to bottom:\n${indent(describe(findings))}`);
  for (const id of elsewhere) console.log(`  not ${id}: it is in another account, and its connection is rejected`);

  const inTheWay = obstacles(findings, runs.mayEmpty);
  if (inTheWay.length > 0) {
    console.log("\nIn the way, so that nothing was changed:");
    for (const { what, fix } of inTheWay) console.log(`  ${what}\n    to go on: ${fix}`);
    return 1;
  }
  if (lookOnly) return 0;
  if (!(await isApproved(environment, options, interruption))) {
    console.log("\nNot approved; nothing was changed");
    return 1;
  }
  await destroyAll(findings, runs);
  forgetLocalState(chosen);
  const kept = findings.flatMap(({ inventory }) => inventory.kept);
  console.log(`\nNothing of ${env} is left${kept.length > 0 ? ", but AWS keeps" : ""}`);
  for (const what of kept) console.log(`  ${what}`);
  console.log(`logs: ${relative(projectPath(), logs)}`);
  return 0;
}

/** An environment of stage production is destroyed by its name alone. */
async function isApproved(
  { name, stage }: Environment,
  { autoApprove, confirm }: Options,
  interruption: Interruption,
): Promise<boolean> {
  if (confirm === name) return true;
  const production = stage === "production";
  if (autoApprove && !production) return true;
  if (!process.stdin.isTTY) {
    const more = production ? "" : ", or --auto-approve";
    throw new Error(`nobody can be asked for approval here: add --confirm ${name}${more}`);
  }
  const word = production ? name : "yes";
  return (await ask(`\nDestroy all of this? Only "${word}" does: `, interruption)) === word;
}

function mayEmpty(options: Options): Set<Container["kind"]> {
  return new Set<Container["kind"]>([
    ...(options.emptyBuckets ? (["bucket"] as const) : []),
    ...(options.emptyRepositories ? (["repository"] as const) : []),
    ...(options.deleteRecoveryPoints ? (["backup vault"] as const) : []),
    ...(options.terminateInstances ? (["instances"] as const) : []),
  ]);
}

/** The environment's stacks, and those of its consumers that the same credentials reach. */
function stacksToDestroy(stacks: readonly SynthesizedStack[], configuration: Configuration, environment: Environment) {
  const { name } = environment;
  const provider = chooseStacks(stacks, configuration, name, []);
  const consumers = configuration.consumers.filter(({ service }) => service.environment === name);
  const ids = (own: boolean) =>
    consumers
      .filter(({ accountId }) => (accountId === environment.accountId) === own)
      .map((consumer) => stackId("consumer-endpoint", consumer));
  const backend = stackId("state-backend", environment);
  const own = stacks.filter(({ id }) => ids(true).includes(id));
  const withState = provider.some(({ id }) => id === backend) ? [backend] : [];
  const chosen = inOrder(
    [...provider, ...own].map(
      (stack): StackToDestroy =>
        stack.id === backend
          ? { ...stack, localState: projectPath(`${backend}.bootstrap.tfstate`) }
          : { ...stack, dependencies: [...withState, ...stack.dependencies] },
    ),
  );
  return { chosen, elsewhere: ids(false) };
}

/** The state of the bucket's own stack, empty by now. */
function forgetLocalState(stacks: readonly StackToDestroy[]): void {
  for (const { localState } of stacks) {
    if (localState === undefined) continue;
    for (const file of [localState, `${localState}.backup`]) if (existsSync(file)) rmSync(file);
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
