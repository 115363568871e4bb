import { existsSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { projectPath } from "../../config/project";
import type { Configuration, Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { ask } from "../../engine/ask";
import { chooseStacks } from "../../engine/choose-stacks";
import { runCommand } from "../../engine/command";
import { LOCK_TIMEOUT, openSession } from "../../engine/session";
import { show } from "../../engine/show";
import type { Interruption } from "../../engine/terraform/interruption";
import { type SynthesizedStack, sortByDependency } from "../../synth/stacks";
import { clientOptionsFor } from "../verify/target";
import { FLAGS } from "./contents";
import type { Container } from "./inventory";
import { describe, destroyAll, look, obstacles, type StackToDestroy } from "./teardown";

interface Options {
  readonly env: string;
  readonly confirm?: string;
  readonly yes: boolean;
  readonly lockTimeout: string;
  readonly dryRun: boolean;
  readonly emptyBuckets: boolean;
  readonly emptyRepositories: boolean;
  readonly deleteRecoveryPoints: boolean;
  readonly terminateInstances: boolean;
}

export const command = new Command("teardown")
  .description(
    "Destroys every stack of an environment, and those of its consumers in the same account, in reverse order. Shows what " +
      "will be destroyed and what is protected, stops if something blocks it, and asks. Rejects the remaining endpoint connections " +
      "of the service. Run it again after an interruption: it resumes. " +
      "Exit code: 0 destroyed, 1 blocked, not approved, or an error.",
  )
  .requiredOption("--env <name>", "environment: a file in config/environments")
  .option("--dry-run", "show what would be destroyed and what blocks it; change nothing", false)
  .option("--confirm <name>", "the environment's name instead of typing it, for scripts")
  .option("--yes", "don't ask; not for an environment of stage production", false)
  .option("--lock-timeout <duration>", "how long to wait for another run's lock of a state, e.g. 30s", LOCK_TIMEOUT)
  .option(FLAGS.bucket, "delete every object, with all versions, of buckets that are protected by being filled", false)
  .option(FLAGS.repository, "delete every image of repositories that are protected by being filled", false)
  .option(FLAGS["backup vault"], "delete every backup in vaults that are protected by being filled", false)
  .option(FLAGS.instances, "lift the protection from scaling in of instances", false)
  .action((options: Options) => runCommand("teardown", (interruption) => run(options, interruption)));

async function run(options: Options, interruption: Interruption): Promise<number> {
  const { env, confirm, dryRun } = options;
  if (confirm !== undefined && confirm !== env) throw new Error(`--confirm ${confirm} is not the environment ${env}`);
  const configuration = loadConfigurationFor(env);
  const environment = environmentNamed(configuration, env);
  const consumers = consumerStacks(configuration, environment);
  const choose = (all: readonly SynthesizedStack[]) => stacksToDestroy(all, configuration, environment);
  const {
    terraform,
    stacks: chosen,
    logs,
  } = await openSession(configuration, choose, interruption, {
    lockTimeout: options.lockTimeout,
  });
  const runs = {
    terraform,
    show,
    clientOptions: clientOptionsFor(environment),
    mayEmpty: mayEmpty(options),
  };
  const findings = await look(chosen, runs);
  if (findings.length === 0) {
    forgetLocalState(chosen);
    console.log(`\n${env} has no resources`);
    return 0;
  }
  console.log(`\nWill be destroyed, in this order:\n${indent(describe(findings))}`);
  for (const id of consumers.elsewhere)
    console.log(`  not ${id}: it is in another account, and its connection is rejected`);

  const inTheWay = obstacles(findings, runs.mayEmpty);
  if (inTheWay.length > 0) {
    console.log("\nBlocked; nothing was changed:");
    for (const { what, fix } of inTheWay) console.log(`  ${what}\n    fix: ${fix}`);
    return 1;
  }
  if (dryRun) return 0;
  if (!(await isApproved(environment, options, interruption))) {
    console.log("\nNot approved; nothing was changed");
    return 1;
  }
  await destroyAll(findings, runs);
  forgetLocalState(chosen);
  const kept = findings.flatMap(({ inventory }) => inventory.kept);
  console.log(`\n${env} is completely destroyed${kept.length > 0 ? "; AWS retains:" : ""}`);
  for (const what of kept) console.log(`  ${what}`);
  console.log(`logs: ${relative(projectPath(), logs)}`);
  return 0;
}

/** An environment of stage production is destroyed by its name alone. */
async function isApproved(
  { name, stage }: Environment,
  { yes, confirm }: Options,
  interruption: Interruption,
): Promise<boolean> {
  if (confirm === name) return true;
  const production = stage === "production";
  if (yes && !production) return true;
  if (!process.stdin.isTTY) {
    const more = production ? "" : ", or --yes";
    throw new Error(`no terminal for the approval prompt: pass --confirm ${name}${more}`);
  }
  const word = production ? name : "yes";
  return (await ask(`\nDestroy all of this? Type "${word}" to continue: `, interruption)) === word;
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
  const provider = chooseStacks(stacks, configuration, environment.name, []);
  const consumers = consumerStacks(configuration, environment);
  const backend = stackId("state-backend", environment);
  const own = stacks.filter(({ id }) => consumers.own.includes(id));
  const withState = provider.some(({ id }) => id === backend) ? [backend] : [];
  return sortByDependency(
    [...provider, ...own].map(
      (stack): StackToDestroy =>
        stack.id === backend
          ? { ...stack, localState: projectPath(`${backend}.bootstrap.tfstate`) }
          : { ...stack, dependencies: [...withState, ...stack.dependencies] },
    ),
  );
}

/** Ids of the stacks of an environment's consumers: in its own account, and elsewhere. */
function consumerStacks({ consumers }: Configuration, { accountId, name }: Environment) {
  const ids = (own: boolean) =>
    consumers
      .filter((consumer) => consumer.service.environment === name && (consumer.accountId === accountId) === own)
      .map((consumer) => stackId("consumer-endpoint", consumer));
  return { own: ids(true), elsewhere: ids(false) };
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
