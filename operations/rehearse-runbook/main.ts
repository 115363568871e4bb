import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { Command } from "commander";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { createRunFolder } from "../rehearse/run-folder";
import { show } from "../show";
import type { Interruption } from "../terraform/interruption";
import type { Check } from "../verify/check";
import { ENVIRONMENT, emulatedProject } from "./emulated-project";
import { readPage } from "./page";
import { play, prepare } from "./play";

/** The page that is rehearsed. */
const PAGE = "docs/runbook.md";

void new Command("npm run rehearse:runbook --")
  .description(
    `Does in an emulated AWS what ${PAGE} says: bootstraps and deploys a copy of the project, runs the page's own command\n` +
      "blocks in order, and checks what they print. Needs no AWS account and touches none.\n" +
      "Exit code: 0 all as the page says, 1 not.",
  )
  .option("--only <text>", "only entries whose heading holds this text, after bootstrap and deploy")
  .action((options: { readonly only?: string }) =>
    runCommand("rehearse:runbook", (interruption) => run(options.only ?? "", interruption)),
  )
  .parseAsync();

async function run(only: string, interruption: Interruption): Promise<number> {
  const begin = Date.now();
  const entries = readPage(readFileSync(projectPath(PAGE), "utf8")).filter(({ heading }) => heading.includes(only));
  if (entries.length === 0) throw new Error(`${PAGE} has no rehearsed entry whose heading holds "${only}"`);
  const folder = createRunFolder(projectPath());
  const project = await emulatedProject(folder, interruption);
  const checks: Check[] = [];
  try {
    await show("Prepare", [{ title: "emulated AWS", run: (update) => prepare(project, update) }]);
    for (const entry of entries) {
      await show(entry.heading, [
        {
          title: PAGE,
          run: async (update) => {
            const own: Check[] = [];
            for await (const check of play(project, entry)) {
              own.push(check);
              update(check.item);
            }
            checks.push(...own);
            return own.every(({ status }) => status === "pass") ? `${own.length} checks` : "FAILED";
          },
        },
      ]);
    }
  } finally {
    await project.stop();
  }
  const failed = checks.filter(({ status }) => status === "fail");
  for (const { item, saw, next } of failed)
    console.log(`\n✖ ${item}\n  ${saw.replace(/\n/g, "\n  ")}\n  next: ${next}`);
  console.log(
    `\n${checks.length - failed.length} passed, ${failed.length} failed, in ${Math.round((Date.now() - begin) / 1000)} s ` +
      `(${ENVIRONMENT.name}); logs: ${relative(projectPath(), folder.logs)}`,
  );
  return failed.length === 0 ? 0 : 1;
}
