import { parse } from "yaml";
import { STAND_IN_IMAGE } from "../rehearse/rehearsable";
import type { Check } from "../verify/check";
import { changedByHand } from "./changed-by-hand";
import { type EmulatedProject, ENVIRONMENT } from "./emulated-project";
import { type Entry, missingLine } from "./page";
import { rotation } from "./rotation";
import { runSync } from "./sync";
import { takeDown } from "./take-down";

const FILE = `config/environments/${ENVIRONMENT.name}.yaml`;

/** What is done before an entry, and looked at after it, beyond what the page says; by the entry's heading. */
type Around = (project: EmulatedProject, page: () => AsyncIterable<Check>) => AsyncIterable<Check>;

const AROUND: Readonly<Record<string, Around>> = {
  Drift: changedByHand,
  "Another zone": zoneAdded,
  "Database password": rotation,
  "Take an environment down": takeDown,
};

/** Brings the environment into being by the project's own commands. */
export async function prepare(project: EmulatedProject, update: (text: string) => void): Promise<void> {
  // No image is built: the emulated ECS runs no container.
  project.set(FILE, { application: { image: null } });
  project.set(FILE, { application: { image: { uri: STAND_IN_IMAGE } } });
  for (const command of [
    `npm run bootstrap -- --env ${ENVIRONMENT.name}`,
    `npm run deploy -- --env ${ENVIRONMENT.name} --auto-approve`,
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

/** Does what an entry says, and checks that what is printed is what the page says. */
export async function* play(project: EmulatedProject, entry: Entry): AsyncGenerator<Check> {
  const page = () => blocks(project, entry);
  yield* AROUND[entry.heading]?.(project, page) ?? page();
}

async function* blocks(project: EmulatedProject, { heading, blocks }: Entry): AsyncGenerator<Check> {
  for (const block of blocks) {
    if (block.kind === "yaml") {
      project.set(FILE, parse(block.text) as Record<string, unknown>);
      continue;
    }
    const log = `runbook-line-${block.line}`;
    const { exitCode, stderr, stdout } = await project.run(log, block.text);
    const missing = missingLine(block.expected, `${stdout}\n${stderr}`);
    const good = exitCode === block.exitCode && missing === undefined;
    const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-25).join("\n");
    const why = missing === undefined ? `exit code ${exitCode}` : `exit code ${exitCode}, and no line "${missing}"`;
    yield {
      item: `${heading}: ${block.text.split("\n").at(-1)}`,
      status: good ? "pass" : "fail",
      saw: good ? why : `${why}\n${said}`,
      ...(good ? {} : { next: `correct docs/runbook.md line ${block.line}, or what it runs (${log}.log)` }),
    };
    // What follows stands on what failed.
    if (!good) return;
  }
}
