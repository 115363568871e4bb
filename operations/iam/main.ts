import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { iamPage, PAGE } from "./page";

void new Command("npm run docs:iam --")
  .description(`Writes ${PAGE}, the list of every policy statement, anew from the stacks. Needs no account.`)
  .action(() => runCommand("docs:iam", write))
  .parseAsync();

async function write(): Promise<number> {
  const { text, statements } = iamPage(loadConfiguration());
  writeFileSync(projectPath(PAGE), text);
  console.log(`${PAGE}: ${statements.length} statements`);
  return 0;
}
