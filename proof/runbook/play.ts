import { parse } from "yaml";
import type { Environment } from "../../config/schema";
import type { Interruption } from "../../engine/terraform/interruption";
import { type Check, checked } from "../../operations/verify/check";
import { MISSING_IMAGE } from "../accept/variant";
import { buildPackage } from "../rehearse/limits";
import { changedByHand } from "./changed-by-hand";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";
import { type Entry, missingLine } from "./page";
import { rotation } from "./rotation";
import { runSync } from "./sync";
import { takeDown } from "./take-down";

const FILE = `config/environments/${ENVIRONMENT.name}.yaml`;

/** Options of an environment that entries of the page set. */
interface Options extends Record<string, unknown> {
  readonly privatelink?: { readonly albTargetMode?: string };
}

/** What is done before an entry, and looked at after it, beyond what the page says; by the entry's heading. */
type Around = (project: EmulatedProject, page: () => AsyncIterable<Check>) => AsyncIterable<Check>;

/** Chapter whose entry deploys and destroys by itself. */
export const ACCEPTANCE = "Acceptance in an account";

export const AROUND: Readonly<Record<string, Around>> = {
  Drift: changedByHand,
  "Another Availability Zone": zoneAdded,
  "Database password": rotation,
  [ACCEPTANCE]: withoutTheImage,
  "Take an environment down": takeDown,
};

export interface PrepareOptions {
  /** The environment as this machine can rehearse it. */
  readonly environment: Environment;
  /** Whether to bootstrap and deploy it as well. */
  readonly deploys: boolean;
  readonly interruption: Interruption;
  readonly update: (text: string) => void;
}

/** Brings the environment into being by the project's own commands. */
export async function prepare(project: EmulatedProject, options: PrepareOptions): Promise<void> {
  const { deploys, environment, interruption, update } = options;
  const { application, privatelink } = environment;
  const { prebuiltPackage } = privatelink.sync;
  project.set(FILE, { application: { image: null } });
  project.set(FILE, { application: { image: application.image } });
  if (prebuiltPackage !== undefined) {
    update("Lambda package");
    await buildPackage(project.folder, project.logs, interruption);
    project.set(FILE, { privatelink: { sync: { prebuiltPackage } } });
  }
  if (!deploys) return;
  for (const command of [
    `npx ecs-privatelink bootstrap --env ${ENVIRONMENT.name}`,
    `npx ecs-privatelink deploy --env ${ENVIRONMENT.name} --yes`,
  ]) {
    update(command);
    const { exitCode, stderr, stdout } = await project.run(command.split(" ")[2] ?? "", command);
    if (exitCode !== 0) throw new Error(`${command} failed with exit code ${exitCode}\n${stdout}\n${stderr}`);
  }
  update("sync Lambda");
  await runSync(project);
}

/** After the deployment the ALB has a new address, and nothing calls the function by schedule here. */
async function* zoneAdded(project: EmulatedProject, page: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  for await (const check of page()) {
    yield check;
    await runSync(project);
  }
}

/** The registry of the emulated AWS has every image but the one that an acceptance plants. */
async function* withoutTheImage(project: EmulatedProject, page: () => AsyncIterable<Check>): AsyncGenerator<Check> {
  await project.emulator.failImage(MISSING_IMAGE, "pull");
  yield* page();
}

/** Does what an entry says, and checks that what is printed is what the page says. */
export async function* play(project: EmulatedProject, entry: Entry): AsyncGenerator<Check> {
  const page = () => blocks(project, entry);
  yield* AROUND[entry.heading]?.(project, page) ?? page();
}

async function* blocks(project: EmulatedProject, { heading, blocks }: Entry): AsyncGenerator<Check> {
  for (const block of blocks) {
    if (block.kind === "yaml") {
      const options = parse(block.text) as Options;
      project.set(FILE, options);
      // The package that a machine without the archive provider uses is an option of this mode alone.
      if (options.privatelink?.albTargetMode === "alb-target") project.set(FILE, { privatelink: { sync: null } });
      continue;
    }
    const log = `runbook-line-${block.line}`;
    const { exitCode, stderr, stdout } = await project.run(log, block.text);
    const missing = missingLine(block.expected, `${stdout}\n${stderr}`);
    const good = exitCode === block.exitCode && missing === undefined;
    const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-25).join("\n");
    const why = missing === undefined ? `exit code ${exitCode}` : `exit code ${exitCode}, and no line "${missing}"`;
    const next = `correct docs/runbook.md line ${block.line}, or what it runs (${log}.log)`;
    yield checked(`${heading}: ${block.text.split("\n").at(-1)}`, good, good ? why : `${why}\n${said}`, next);
    // What follows stands on what failed.
    if (!good) return;
  }
}
