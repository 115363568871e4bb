import { relative } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import { choose } from "../paths/choose";
import { drawPicture, write, writeReport } from "./write";

interface Options {
  readonly env: string;
  readonly consumer?: string[];
  readonly out?: string;
  readonly picture: boolean;
}

void new Command("npm run report --")
  .description(
    "Writes one HTML page about an environment: architecture, packet paths, stacks, rules, the latest rehearsal, a\n" +
      "monthly cost estimate, scanner results. Needs no account and no network.",
  )
  .option("--env <name>", "environment: a file in config/environments", "dev")
  .option("--consumer <name...>", "consumers of it (default: all that use the environment)")
  .option("--out <file>", "file to write (default: dist/report-<env>.html)")
  .option("--picture", "draw the README's picture, docs/architecture.svg, instead", false)
  .action((options: Options) => runCommand("report", () => run(options)))
  .parseAsync();

async function run(options: Options): Promise<number> {
  const configuration = loadConfiguration();
  const subject = { configuration, ...choose(configuration, options) };
  const file =
    options.out ?? projectPath(options.picture ? "docs/architecture.svg" : `dist/report-${options.env}.html`);
  if (options.picture) write(file, await drawPicture(subject));
  else await writeReport(subject, file);
  console.log(relative(process.cwd(), file));
  return 0;
}
