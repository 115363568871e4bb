import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import type { Environment } from "../../config/schema";
import { runCommand } from "../../engine/command";
import { show } from "../../engine/show";
import { findTerraform } from "../../engine/terraform/binary";
import { Interrupted, type Interruption } from "../../engine/terraform/interruption";
import { requiredProviders } from "../../engine/terraform/mirrors";
import { prepareProviders } from "../../engine/terraform/providers";
import type { Check } from "../../operations/verify/check";
import { readStackJson, readStacks } from "../../synth/stacks";
import { synthesize } from "../../synth/synthesize";
import { type Replacement, rehearsable } from "../lab/rehearsable";
import { createPartFolder, createRunFolder, REHEARSALS, type RunFolder } from "../lab/run-folder";
import { findLimits } from "../rehearse/limits";
import { renderReplacement } from "../rehearse/report";
import { putAwsCli } from "./aws-cli";
import { ENVIRONMENT, emulatedProject } from "./emulated-project";
import { chosen, type Entry, readPage } from "./page";
import { ACCEPTANCE, play, prepare } from "./play";

/** The page that is rehearsed. */
const PAGE = "docs/runbook.md";

/** Chapters that are rehearsed beside the others, each in an emulated AWS of its own: much of the time is waiting. */
const BESIDE = ["Change things", ACCEPTANCE];

/** Why no image is built even where it could be. */
const BUILT_ELSEWHERE = "the commands ask AWS's own registry for the login; npm start builds and pushes the image";

export const command = new Command("rehearse-runbook")
  .description(
    `Does in an emulated AWS what ${PAGE} says: bootstraps and deploys a copy of the project, runs the page's own command ` +
      "blocks, and checks their output. Needs no AWS account and touches none. " +
      "Exit code: 0 every step matches the runbook, 1 otherwise.",
  )
  .option(
    "--only <text...>",
    "only entries whose heading, or whose chapter's, holds one of these texts, after bootstrap and deploy",
  )
  .action((options: { readonly only?: readonly string[] }) =>
    runCommand("rehearse-runbook", (interruption) => run(options.only ?? [], interruption)),
  );

async function run(only: readonly string[], interruption: Interruption): Promise<number> {
  const begin = Date.now();
  const entries = chosen(readPage(readFileSync(projectPath(PAGE), "utf8")), only);
  const folder = createRunFolder(projectPath());
  let rehearsed: Rehearsable | undefined;
  await show("Prepare", [
    {
      title: "Terraform",
      run: async (update) => {
        rehearsed = await withinLimits(join(folder.path, "as-deployed"), interruption, update);
        return undefined;
      },
    },
    {
      title: "AWS CLI",
      run: async (update) => {
        await putAwsCli(join(folder.path, "aws-cli"), update);
        return undefined;
      },
    },
  ]);
  if (rehearsed === undefined) throw new Interrupted();
  const { environment, replacements } = rehearsed;
  for (const each of replacements) console.log(renderReplacement(each));
  const checks: Check[] = [];
  const parts = [
    ...BESIDE.map((each) => entries.filter(({ chapter }) => chapter === each)),
    entries.filter(({ chapter }) => !BESIDE.includes(chapter)),
  ];
  await show(
    "Rehearse",
    parts.flatMap((part, index) =>
      part.length === 0
        ? []
        : {
            title: [...new Set(part.map(({ chapter }) => chapter))].join(", "),
            run: async (update) => {
              const run = createPartFolder(folder, `part-${index + 1}`);
              const own = await rehearse(part, {
                environment,
                run,
                awsCli: join(folder.path, "aws-cli"),
                interruption,
                update,
              });
              checks.push(...own);
              return own.every(({ status }) => status === "pass") ? `${own.length} checks` : "FAILED";
            },
          },
    ),
  );
  console.log("");
  for (const { item, saw, next, status } of checks) {
    if (status === "pass") console.log(`✔ ${item}`);
    else console.log(`✖ ${item}\n  ${saw.replace(/\n/g, "\n  ")}\n  next: ${next}`);
  }
  const failed = checks.filter(({ status }) => status === "fail");
  console.log(
    `\n${checks.length - failed.length} passed, ${failed.length} failed, in ${Math.round((Date.now() - begin) / 1000)} s ` +
      `(${ENVIRONMENT.name}); logs: ${relative(projectPath(), folder.path)}/part-*/logs`,
  );
  return failed.length === 0 ? 0 : 1;
}

interface Rehearsable {
  readonly environment: Environment;
  readonly replacements: readonly Replacement[];
}

/**
 * The environment as this machine can rehearse it.
 *
 * @param outdir folder for the stacks as they would be deployed
 */
async function withinLimits(
  outdir: string,
  interruption: Interruption,
  onProgress: (text: string) => void,
): Promise<Rehearsable> {
  const configuration = loadConfiguration();
  const alone = { environment: ENVIRONMENT.name, consumers: [] };
  synthesize(rehearsable(configuration, alone, {}).configuration, outdir);
  const providers = await prepareProviders({
    binary: await findTerraform(),
    requirements: requiredProviders(readStacks(outdir).map(readStackJson)),
    folder: projectPath(REHEARSALS, "providers"),
    onProgress,
    interruption,
  });
  const limits = { image: BUILT_ELSEWHERE, ...findLimits({ providers }) };
  const { configuration: changed, replacements } = rehearsable(configuration, alone, limits);
  return { environment: environmentNamed(changed, ENVIRONMENT.name), replacements };
}

interface RehearseOptions {
  readonly environment: Environment;
  readonly run: RunFolder;
  /** Folder that holds the AWS CLI. */
  readonly awsCli: string;
  readonly interruption: Interruption;
  readonly update: (text: string) => void;
}

/** Deploys a copy of the project to an emulated AWS of its own, and does there what the entries say, in order. */
async function rehearse(
  entries: readonly Entry[],
  { environment, run, awsCli, interruption, update }: RehearseOptions,
): Promise<Check[]> {
  const project = await emulatedProject(run, awsCli, interruption);
  const checks: Check[] = [];
  try {
    const deploys = entries.some(({ chapter }) => chapter !== ACCEPTANCE);
    await prepare(project, { environment, deploys, interruption, update });
    for (const entry of entries) {
      update(entry.heading);
      for await (const check of play(project, entry)) {
        checks.push(check);
        update(check.item);
      }
    }
    return checks;
  } finally {
    await project.stop();
  }
}
