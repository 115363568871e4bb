import { join, relative } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import type { Configuration, Environment } from "../../config/schema";
import { runCommand } from "../command";
import type { Emulator } from "../emulator/emulator";
import { choose } from "../paths/choose";
import { show } from "../show";
import { Interrupted, type Interruption } from "../terraform/interruption";
import { withLaunchType } from "./rehearsable";
import { rehearse } from "./rehearse";
import { isGood, type Report, renderReport } from "./report";
import { writeRecord } from "./report-file";
import { createRunFolder } from "./run-folder";

interface Options {
  readonly env: string;
  readonly consumer?: string[];
  readonly stack?: string[];
  readonly port?: number;
  readonly docker: boolean;
  readonly keep?: boolean;
  readonly launchType?: Environment["compute"]["launchType"];
}

void new Command("npm start --")
  .description(
    "Applies every stack of an environment, and of its consumers, with real Terraform to an emulated AWS on this " +
      "machine, looks at the result, plans again, and destroys everything. Needs no AWS account and touches none.",
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
  .option("--keep", "keep everything until Ctrl-C instead of destroying it, to look around")
  .action((options: Options) => runCommand("rehearsal", (interruption) => run(options, interruption)))
  .parseAsync();

async function run(options: Options, interruption: Interruption): Promise<number> {
  const configuration = withOptions(loadConfiguration(), options);
  const report: Report = { stacks: [], checks: [], replacements: [], asDeployed: [], seconds: 0 };
  const folder = createRunFolder(projectPath());
  const logs = relative(process.cwd(), folder.logs);
  const consumers = options.consumer ?? consumersOf(options.env, configuration);
  const began = Date.now();
  const finish = async (good: boolean, error?: string) => {
    const outcome = { environment: options.env, began, ended: Date.now(), good, report };
    writeRecord(folder.path, error === undefined ? outcome : { ...outcome, error });
    await writePage(join(folder.path, "report.html"), options.env, configuration);
  };
  try {
    await rehearse({
      project: projectPath(),
      run: folder,
      configuration,
      environment: options.env,
      consumers,
      stacks: options.stack ?? [],
      port: options.port ?? 0,
      useDocker: options.docker,
      ...(options.keep ? { keep: (emulator) => untilInterrupted(emulator, options.env, interruption) } : {}),
      interruption,
      show,
      report,
    });
  } catch (error) {
    if (report.stacks.length > 0 && !(error instanceof Interrupted)) console.log(`\n${renderReport(report)}`);
    console.log(`\nlogs: ${logs}`);
    if (!(error instanceof Interrupted)) await finish(false, error instanceof Error ? error.message : String(error));
    throw error;
  }
  const good = isGood(report);
  await finish(good);
  console.log(`\n${renderReport(report)}`);
  console.log(
    `\nRehearsal of ${options.env} ${good ? "passed" : "FAILED"} in ${Math.round(report.seconds)} s; logs: ${logs}`,
  );
  return good ? 0 : 1;
}

/** Writes the page about the environment; what is wrong with it never hides the rehearsal's own outcome. */
async function writePage(file: string, environment: string, configuration: Configuration): Promise<void> {
  try {
    // Only here: what draws takes a while to load.
    const { writeReport } = await import("../report/write");
    await writeReport({ configuration, ...choose(configuration, { env: environment }) }, file);
    console.log(`\nreport: ${relative(process.cwd(), file)}`);
  } catch (error) {
    console.log(`\nreport: not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The configuration with what the command line says otherwise. */
function withOptions(configuration: Configuration, { env, launchType }: Options): Configuration {
  if (launchType === undefined) return configuration;
  const environments = configuration.environments.map((each) =>
    each.name === env ? withLaunchType(each, launchType) : each,
  );
  return { ...configuration, environments };
}

/** Consumers that use the environment; if there is none, every consumer: the rehearsal links it. */
function consumersOf(environment: string, { consumers }: Configuration): string[] {
  const linked = consumers.filter(({ service }) => service.environment === environment);
  return (linked.length > 0 ? linked : consumers).map(({ name }) => name);
}

async function untilInterrupted({ endpoint }: Emulator, environment: string, { stop }: Interruption): Promise<void> {
  console.log(
    [
      `\nEverything is kept until Ctrl-C. In another terminal:`,
      `  export AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal`,
      `  npm run verify -- --env ${environment}`,
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
