import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { type BucketLocationConstraint, CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { Command } from "commander";
import { stateBucket } from "../../config/derive";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { applyStack } from "../deploy/apply-stack";
import type { Emulator } from "../emulator/emulator";
import { layFoundation } from "../rehearse/foundation";
import { emulatorEnvironment, OVERRIDE_FILE } from "../rehearse/overrides";
import { rehearsable } from "../rehearse/rehearsable";
import { createRunFolder } from "../rehearse/run-folder";
import { stackDirectories, synthesize } from "../rehearse/stack-directories";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import { requiredProviders } from "../terraform/mirrors";
import { readStackJson, readStacks } from "../terraform/stacks";
import { Terraform } from "../terraform/terraform";
import { synthesizeHcl } from "./hcl-stacks";
import { exitCode, type Finding, tell } from "./steps";

interface Options {
  readonly env: string;
  readonly out?: string;
  readonly stack: string[];
}

const program = new Command("npm run lane:hcl --")
  .description(
    "Writes every stack as Terraform's own language. Then applies stacks from their JSON to an emulated AWS and plans " +
      "them from the HCL with the same state: no change may come out.",
  )
  .option("--env <name>", "environment", "dev")
  .option("--out <folder>", "only write the HCL of every environment and consumer to this folder, and prove nothing")
  .option("--stack <name...>", "stacks to prove, in order", ["network", "data"])
  .action((options: Options) => runCommand("lane:hcl", (interruption) => run(options, interruption)));
void program.parseAsync();

async function run(options: Options, interruption: Interruption): Promise<number> {
  if (options.out !== undefined) {
    const json = createRunFolder(projectPath()).synth;
    const configuration = loadConfiguration();
    synthesize(configuration, json);
    const stacks = synthesizeHcl(configuration, readStacks(json), options.out);
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
  if (bucket) await createBucket(emulator, bucket, environment.region);

  const target = { endpoint: emulator.endpoint, localStates: run.states };
  const json = stackDirectories(run.synth, configuration, target, []);
  const hcl = synthesizeHcl(configuration, json, join(run.path, "hcl"));
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

async function createBucket({ endpoint }: Emulator, bucket: string, region: string): Promise<void> {
  const credentials = { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" };
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
  const place = { LocationConstraint: region as BucketLocationConstraint };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }));
}
