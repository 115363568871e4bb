import { relative } from "node:path";
import { Command } from "commander";
import { loadConfigurationFor } from "../../config/load-for";
import { projectPath } from "../../config/project";
import { runCommand } from "../../engine/command";
import { choose } from "../paths/choose";
import { writeReport } from "./write";

interface Options {
  readonly env: string;
  readonly consumer?: string[];
  readonly out?: string;
}

export const command = new Command("report")
  .description(
    "Writes one HTML page about an environment: architecture, packet paths, stacks, rules, the latest rehearsal, a " +
      "monthly cost estimate, scanner results. Needs no account and no network.",
  )
  .option("--env <name>", "environment: a file in config/environments", "dev")
  .option("--consumer <name...>", "consumers of it (default: all that use the environment)")
  .option("--out <file>", "file to write (default: dist/report-<env>.html)")
  .action((options: Options) => runCommand("report", () => run(options)));

async function run(options: Options): Promise<number> {
  const configuration = loadConfigurationFor(options.env);
  const subject = { configuration, ...choose(configuration, options) };
  const file = options.out ?? projectPath(`dist/report-${options.env}.html`);
  await writeReport(subject, file);
  console.log(relative(process.cwd(), file));
  return 0;
}
