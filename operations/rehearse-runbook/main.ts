import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { createPartFolder, createRunFolder, type RunFolder } from "../rehearse/run-folder";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import type { Check } from "../verify/check";
import { putAwsCli } from "./aws-cli";
import { ENVIRONMENT, emulatedProject } from "./emulated-project";
import { type Entry, readPage } from "./page";
import { play, prepare } from "./play";

/** The page that is rehearsed. */
const PAGE = "docs/runbook.md";

/** Chapter that is rehearsed beside the others, in an emulated AWS of its own: much of the time is waiting. */
const BESIDE = "Change things";

void new Command("npm run rehearse:runbook --")
  .description(
    `Does in an emulated AWS what ${PAGE} says: bootstraps and deploys a copy of the project, runs the page's own command\n` +
      "blocks, and checks what they print. Needs no AWS account and touches none.\n" +
      "Exit code: 0 all as the page says, 1 not.",
  )
  .option(
    "--only <text>",
    "only entries whose heading, or whose chapter's, holds this text, after bootstrap and deploy",
  )
  .action((options: { readonly only?: string }) =>
    runCommand("rehearse:runbook", (interruption) => run(options.only ?? "", interruption)),
  )
  .parseAsync();

async function run(only: string, interruption: Interruption): Promise<number> {
  const begin = Date.now();
  const entries = readPage(readFileSync(projectPath(PAGE), "utf8")).filter(
    ({ chapter, heading }) => heading.includes(only) || chapter.includes(only),
  );
  if (entries.length === 0) throw new Error(`${PAGE} has no rehearsed entry whose heading holds "${only}"`);
  const folder = createRunFolder(projectPath());
  await show("Prepare", [
    {
      title: "AWS CLI",
      run: async (update) => {
        await putAwsCli(join(folder.path, "aws-cli"), update);
        return undefined;
      },
    },
  ]);
  const checks: Check[] = [];
  const parts = [
    entries.filter(({ chapter }) => chapter === BESIDE),
    entries.filter(({ chapter }) => chapter !== BESIDE),
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
              const own = await rehearse(part, { run, awsCli: join(folder.path, "aws-cli"), interruption, update });
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

interface RehearseOptions {
  readonly run: RunFolder;
  /** Folder that holds the AWS CLI. */
  readonly awsCli: string;
  readonly interruption: Interruption;
  readonly update: (text: string) => void;
}

/** Deploys a copy of the project to an emulated AWS of its own, and does there what the entries say, in order. */
async function rehearse(
  entries: readonly Entry[],
  { run, awsCli, interruption, update }: RehearseOptions,
): Promise<Check[]> {
  const project = await emulatedProject(run, awsCli, interruption);
  const checks: Check[] = [];
  try {
    await prepare(project, update);
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
