import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { environmentNamed, named } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { projectPath } from "../../config/project";
import type { Configuration, Environment } from "../../config/schema";
import { stackId } from "../../config/stack-ids";
import { refuseUnknownStacks } from "../../engine/choose-stacks";
import { runCommand } from "../../engine/command";
import { showPhases } from "../../engine/show";
import { Interrupted, type Interruption } from "../../engine/terraform/interruption";
import { duration } from "../../engine/words";
import { MANIFEST, readStacks } from "../../synth/stacks";
import type { Emulator } from "../lab/emulator";
import { withLaunchType } from "../lab/rehearsable";
import { createRunFolder } from "../lab/run-folder";
import { choose } from "../paths/choose";
import { record } from "./recorded";
import { phases, rehearse } from "./rehearse";
import { isGood, type Report, renderReport } from "./report";
import { keepRecord, newestRecord, type RehearsalRecord, writeRecord } from "./report-file";

interface Options {
  readonly env: string;
  readonly consumer?: string[];
  readonly stack?: string[];
  readonly port?: number;
  readonly docker: boolean;
  readonly keep?: boolean;
  readonly quick?: boolean;
  readonly upgradeFrom?: string;
  readonly launchType?: Environment["compute"]["launchType"];
  readonly record?: boolean;
}

export const command = new Command("rehearse")
  .description(
    "Applies every stack of an environment, and of its consumers, with real Terraform to an emulated AWS on this " +
      "machine, verifies the result, plans again, and destroys everything. Needs no AWS account and touches none.",
  )
  .option("--env <name>", "environment to rehearse: a file in config/environments", "dev")
  .option("--consumer <name...>", "consumers to rehearse (default: all that use the environment)")
  .option("--stack <id...>", "only these stacks, with those they need, e.g. network-dev (default: all)")
  .option("--port <number>", "TCP port of the emulated AWS (default: a free one)", toPort)
  .option("--no-docker", "build no image, even where Docker is there")
  .addOption(
    new Option(
      "--launch-type <type>",
      "rehearse on this capacity instead of the environment's; FARGATE with Fargate Spot (default: as configured)",
    ).choices(["EC2", "FARGATE"]),
  )
  .addOption(
    new Option(
      "--quick",
      "apply the network stack alone, and plan every other stack with AWS mocked: nothing that waits for a load balancer or a database",
    ).conflicts(["stack", "keep", "record", "upgradeFrom"]),
  )
  .option("--keep", "keep everything until Ctrl-C instead of destroying it, to look around")
  .addOption(
    new Option(
      "--upgrade-from <folder>",
      "only the upgrade: apply the Terraform JSON of an earlier version in this folder, e.g. another checkout's " +
        ".rehearsal/latest/synth, then plan and apply this version over it, and plan again",
    ).conflicts("keep"),
  )
  .addOption(
    new Option(
      "--record",
      "keep the counts of a good rehearsal in proof/rehearse/recorded.json, for docs/reliability.md",
    ).conflicts(["stack", "keep", "upgradeFrom"]),
  )
  .action((options: Options) => runCommand("rehearsal", (interruption) => run(options, interruption)));

async function run(options: Options, interruption: Interruption): Promise<number> {
  const configuration = withOptions(loadConfigurationFor(options.env), options);
  const environment = environmentNamed(configuration, options.env);
  const consumers = consumersOf(options, configuration);
  const linked = configuration.consumers.filter(({ name }) => consumers.includes(name));
  // Before anything is written, `.rehearsal/latest` included.
  refuseUnknownStacks(options.stack ?? [], environment, linked);
  if (options.quick) refuseExisting(environment);
  const upgradeFrom = options.upgradeFrom === undefined ? undefined : folderOfVersion(options.upgradeFrom, options.env);
  const report: Report = { stacks: [], checks: [], replacements: [], asDeployed: [], waits: [], seconds: 0 };
  const folder = createRunFolder(projectPath());
  const logs = relative(process.cwd(), folder.logs);
  const began = Date.now();
  const finish = async (good: boolean, error?: string) => {
    const outcome = { environment: options.env, began, ended: Date.now(), good, report };
    const record = error === undefined ? outcome : { ...outcome, error };
    writeRecord(folder.path, record);
    if (error === undefined && whole) keepRecord(projectPath(), record);
    return writePage(join(folder.path, "report.html"), record, configuration);
  };
  const kind = upgradeFrom !== undefined ? "upgrade" : options.keep ? "kept" : options.quick ? "quick" : "all";
  const whole = kind === "all" && !options.stack;
  const last = newestRecord(projectPath(), options.env);
  if (last !== undefined) console.log(`The last rehearsal of ${options.env} took ${duration(last.ended - last.began)}`);
  try {
    await rehearse({
      project: projectPath(),
      run: folder,
      configuration,
      environment: options.env,
      consumers,
      stacks: options.quick ? [stackId("network", environment)] : (options.stack ?? []),
      quick: options.quick === true,
      port: options.port ?? 0,
      useDocker: options.docker,
      ...(options.keep
        ? {
            keep: (emulator) =>
              untilInterrupted(emulator, options.env, relative(projectPath(), folder.synth), interruption),
          }
        : {}),
      ...(upgradeFrom === undefined ? {} : { upgradeFrom }),
      interruption,
      show: showPhases(
        phases(kind, environment),
        // A part of the stacks, or of the steps, takes less than the whole did.
        whole && last !== undefined ? last.ended - last.began : undefined,
      ),
      report,
    });
  } catch (error) {
    if (report.stacks.length > 0 && !(error instanceof Interrupted)) console.log(`\n${renderReport(report)}`);
    console.log(`\nlogs: ${logs}`);
    if (!(error instanceof Interrupted)) {
      console.log(await finish(false, error instanceof Error ? error.message : String(error)));
    }
    throw error;
  }
  const good = isGood(report);
  if (good && options.record) console.log(`\nCounts: ${record(options.env, report)}; npm run generate`);
  const page = await finish(good);
  const next = good && options.quick ? "npm start" : good ? "npx ecs-privatelink new environment" : `see ${logs}`;
  console.log(
    [
      `\n${renderReport(report)}`,
      `\nRehearsal of ${options.env} ${good ? "passed" : "FAILED"} in ${duration(report.seconds * 1000)}`,
      `logs: ${logs}`,
      page,
      `next: open the report; then ${next}`,
    ].join("\n"),
  );
  return good ? 0 : 1;
}

/**
 * Writes the page about the environment; a problem with it never hides the rehearsal's own outcome.
 *
 * @returns the line that says where it is
 */
async function writePage(file: string, record: RehearsalRecord, configuration: Configuration): Promise<string> {
  try {
    // Only here: what draws takes a while to load.
    const { writeReport } = await import("../report/write");
    await writeReport({ configuration, ...choose(configuration, { env: record.environment }) }, file, record);
    return `report: ${relative(process.cwd(), file)}`;
  } catch (error) {
    return `report: not written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * A mocked AWS has nothing that exists already.
 *
 * @throws Error that names what the environment brings
 */
function refuseExisting({ application, data, network }: Environment): void {
  const brought = [
    ...(network.existing ? ["network.existing"] : []),
    ...(data.kms.keyArn === undefined ? [] : ["data.kms.keyArn"]),
    ...(["database", "fileSystem", "staticAssets"] as const).flatMap((part) =>
      data[part].use === "existing" ? [`data.${part}.use: existing`] : [],
    ),
    ...(application.image.parameter === undefined ? [] : ["application.image.parameter"]),
  ];
  if (brought.length === 0) return;
  throw new Error(
    `--quick: plans with AWS mocked, where nothing of ${brought.join(", ")} exists; leave --quick out, and the rehearsal creates it first`,
  );
}

/** The configuration with what the command line says otherwise. */
function withOptions(configuration: Configuration, { env, launchType }: Options): Configuration {
  if (launchType === undefined) return configuration;
  const environments = configuration.environments.map((each) =>
    each.name === env ? withLaunchType(each, launchType) : each,
  );
  return { ...configuration, environments };
}

/**
 * The output folder of an earlier version, absolute.
 *
 * @throws Error if it holds no stack of the environment
 */
function folderOfVersion(given: string, environment: string): string {
  const folder = resolve(given);
  const ids = existsSync(join(folder, MANIFEST)) ? readStacks(folder).map(({ id }) => id) : [];
  if (ids.includes(stackId("network", { name: environment }))) return folder;
  const found = ids.length === 0 ? `there is no ${MANIFEST}` : `its stacks are ${ids.join(", ")}`;
  throw new Error(
    `--upgrade-from ${given}: no output folder of environment ${environment}, since ${found}; ` +
      `rehearse ${environment} with the earlier version and give its .rehearsal/latest/synth`,
  );
}

/**
 * The consumers that are asked for; else those that use the environment; if there is none, every consumer: the rehearsal
 * links it.
 */
function consumersOf({ consumer: wanted, env }: Options, { consumers }: Configuration): readonly string[] {
  if (wanted !== undefined) return wanted.map((name) => named("consumer", consumers, name).name);
  const linked = consumers.filter(({ service }) => service.environment === env);
  return (linked.length > 0 ? linked : consumers).map(({ name }) => name);
}

async function untilInterrupted(
  { endpoint }: Emulator,
  environment: string,
  outdir: string,
  { stop }: Interruption,
): Promise<void> {
  console.log(
    [
      `\nEverything is kept until Ctrl-C. In another terminal:`,
      `  export AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal`,
      `  npx ecs-privatelink verify --env ${environment} --outdir ${outdir}`,
    ].join("\n"),
  );
  if (stop.aborted) return;
  // Nothing else keeps the process alive while it waits.
  const alive = setInterval(() => {}, 60_000);
  await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
  clearInterval(alive);
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InvalidArgumentError(`"${text}" is no TCP port: allowed are 1 to 65535, and 0 for a free one`);
  }
  return port;
}
