import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { references } from "../../config/reference";
import { runCommand } from "../../engine/command";
import { choose } from "../../proof/paths/choose";
import { drawPictures } from "../../proof/report/write";
import { PAGE as COUNTS_PAGE, reliabilityPage } from "./counts";
import { PAGE as EMULATED_AWS_PAGE, emulatedAwsPage } from "./emulated-aws";
import { PAGE as FINDINGS_PAGE, findingsPage } from "./findings-page";
import { PAGE as IAM_PAGE, iamPage } from "./iam/page";
import { synthesizeExample } from "./modules/example";
import { resourcesInDev } from "./modules/in-dev";
import { moduleFolders, modulePage, pageFile } from "./modules/module-page";
import { modulePicture, pictureFile } from "./modules/picture";

/** Picture at the top of the README: the environment that a newcomer rehearses first. */
const ARCHITECTURE = "docs/architecture.svg";
/** Picture of docs/security.md. */
const DATA_FLOW = "docs/data-flow.svg";

interface Options {
  readonly check: boolean;
  readonly api: boolean;
}

export const command = new Command("generate")
  .description(
    "Writes everything that is generated from source: JSON Schemas, option reference, module pages and pictures, IAM page, page of the emulated AWS, counts of the reliability page, architecture picture.",
  )
  .option("--check", "write nothing; exit code 1 if a file differs from what would be written", false)
  .option("--api", "write the API pages of configuration, modules and stacks into dist/api instead", false)
  .action((options: Options) => runCommand("generate", () => generate(options)));

async function generate({ api, check }: Options): Promise<number> {
  if (api) return (await import("./modules/api")).writeApiPages();
  const differing: string[] = [];
  for await (const [file, text] of generatedFiles()) {
    const path = projectPath(file);
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    differing.push(file);
    if (!check) writeFileSync(path, text);
  }
  if (differing.length === 0) console.log("All generated files are up to date");
  else if (check) console.log(`Out of date: ${differing.join(", ")}\nRun npm run generate`);
  else console.log(`Written: ${differing.join(", ")}`);
  return check && differing.length > 0 ? 1 : 0;
}

/** Every generated file and its text. */
async function* generatedFiles(): AsyncGenerator<readonly [file: string, text: string]> {
  yield* Object.entries(references());
  const inDev = await resourcesInDev();
  for (const folder of moduleFolders()) {
    yield [pageFile(folder), await modulePage(folder)];
    // Some folders make nothing that dev has.
    const drawn = inDev.get(folder) ?? (await synthesizeExample(folder));
    yield [pictureFile(folder), await modulePicture(folder, drawn)];
  }
  const configuration = loadConfiguration({ files: [] });
  yield [IAM_PAGE, iamPage(configuration).text];
  yield [FINDINGS_PAGE, findingsPage()];
  yield [EMULATED_AWS_PAGE, emulatedAwsPage()];
  yield [COUNTS_PAGE, reliabilityPage()];
  const pictures = drawPictures({ configuration, ...choose(configuration, { env: "dev" }) });
  yield [ARCHITECTURE, pictures.architecture];
  yield [DATA_FLOW, pictures.dataFlow];
}
