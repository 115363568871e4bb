import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { stateBucket } from "../../config/derive";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { applyStack } from "../../engine/apply-stack";
import { runCommand } from "../../engine/command";
import { show } from "../../engine/show";
import type { Interruption } from "../../engine/terraform/interruption";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { Terraform } from "../../engine/terraform/terraform";
import { createBucket, emulatedOptions } from "../../proof/lab/clients";
import { layFoundation } from "../../proof/lab/foundation";
import { emulatorEnvironment, OVERRIDE_FILE } from "../../proof/lab/overrides";
import { rehearsable } from "../../proof/lab/rehearsable";
import { createRunFolder } from "../../proof/lab/run-folder";
import { stackDirectories } from "../../proof/lab/stack-directories";
import { readStackJson, readStacks } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { hclStacks } from "./hcl-stacks";
import { exitCode, type Finding, tell } from "./steps";

interface Options {
  readonly env: string;
  readonly out?: string;
  readonly stack: string[];
}

export const command = new Command("hcl")
  .description(
    "Writes every stack as Terraform's own language. Then applies stacks from their JSON to an emulated AWS and plans " +
      "them from the HCL with the same state: no change may come out.",
  )
  .option("--env <name>", "environment", "dev")
  .option("--out <folder>", "only write the HCL of every environment and consumer to this folder, and prove nothing")
  .option("--stack <name...>", "stacks to prove, in order", ["network", "data"])
  .action((options: Options) => runCommand("migrate hcl", (interruption) => run(options, interruption)));

async function run(options: Options, interruption: Interruption): Promise<number> {
  if (options.out !== undefined) {
    const json = createRunFolder(projectPath()).synth;
    const configuration = loadConfiguration();
    synthesize(configuration, json);
    const stacks = hclStacks(configuration, readStacks(json), options.out);
    console.log(`${options.out}: ${stacks.map(({ id }) => id).join(", ")}`);
    return 0;
  }
  const started: (() => Promise<void>)[] = [];
  try {
    return exitCode(await prove(options, interruption, started));
  } finally {
    for (const stop of started.reverse()) await stop();
  }
}

async function prove(
  { env, stack: names }: Options,
  interruption: Interruption,
  started: (() => Promise<void>)[],
): Promise<Finding[]> {
  const run = createRunFolder(projectPath());
  const chosen = { environment: env, consumers: [] };
  const { configuration } = rehearsable(loadConfiguration(), chosen, { image: "only what Terraform does counts here" });
  const [environment] = configuration.environments;
  if (!environment) throw new Error(`no environment ${env}`);
  synthesize(configuration, run.synth);
  const { binary, emulator, providers } = await layFoundation({
    project: projectPath(),
    run,
    environment,
    requirements: requiredProviders(readStacks(run.synth).map(readStackJson)),
    port: 0,
    useDocker: false,
    interruption,
    show: (steps) => show("Prepare", steps),
    onStarted: (stop) => started.push(stop),
  });
  const bucket = stateBucket(environment);
  if (bucket) await createBucket(emulatedOptions(emulator, environment.region), bucket);

  const target = { endpoint: emulator.endpoint, localStates: run.states };
  const json = stackDirectories(run.synth, configuration, target, []);
  const hcl = hclStacks(configuration, json, join(run.path, "hcl"));
  const terraform = new Terraform({
    binary,
    env: { ...emulatorEnvironment(process.env, emulator.endpoint), ...providers.env },
    logFolder: run.logs,
    lockFile: providers.lockFile,
    interruption,
  });

  const findings: Finding[] = [];
  for (const id of names.map((name) => `${name}-${env}`)) {
    const asJson = json.find((stack) => stack.id === id);
    const asHcl = hcl.find((stack) => stack.id === id);
    if (!asJson || !asHcl) throw new Error(`no stack ${id}, but ${json.map((stack) => stack.id).join(", ")}`);
    const applied = await applyStack(terraform, asJson, { onProgress: () => {} });
    // The same backend, so the same state.
    copyFileSync(join(asJson.directory, OVERRIDE_FILE), join(asHcl.directory, OVERRIDE_FILE));
    await terraform.init(asHcl, [], "init-hcl");
    const { changed, changes } = await terraform.plan(asHcl, { phase: "plan-hcl" });
    const saw = changes.map(({ action, address }) => `${action} ${address}`).join("\n");
    findings.push(
      tell({
        what: `${id}: ${applied.changes.length} resources applied from JSON, planned from HCL`,
        good: !changed,
        saw: changed ? `changes\n${saw}` : "no change",
      }),
    );
  }
  return findings;
}
