import { Command, InvalidArgumentError } from "commander";
import { loadConfiguration } from "../../config/load";
import { runCommand } from "../command";
import { environmentNamed } from "../environment-named";
import { packageEnvironment, writeArtefacts } from "./artefact";

interface Options {
  readonly env?: string[];
  readonly version: string;
  readonly out: string;
}

void new Command("npm run package --")
  .description(
    "Packs the Terraform JSON of environments, with the consumers that use them, for people who apply it without\n" +
      "Node.js: one tar.gz per environment, and SHA256SUMS (docs/plain-terraform.md).",
  )
  .option("--env <name...>", "environments (default: all)")
  .requiredOption("--version <text>", "version in the files' names, e.g. v1.2.0", toVersion)
  .option("--out <folder>", "folder to write to", "dist/release")
  .action((options: Options) => runCommand("package", () => Promise.resolve(write(options))))
  .parseAsync();

function write({ env, version, out }: Options): number {
  const configuration = loadConfiguration({ files: process.env.CONFIG });
  const chosen = env?.map((name) => environmentNamed(configuration, name)) ?? configuration.environments;
  const artefacts = chosen.map((environment) => packageEnvironment(configuration, environment, version));
  writeArtefacts(out, artefacts);
  console.log([...artefacts.map(({ name }) => name), "SHA256SUMS"].map((name) => `${out}/${name}`).join("\n"));
  return 0;
}

function toVersion(text: string): string {
  if (/^[\w.+-]+$/.test(text)) return text;
  throw new InvalidArgumentError(`"${text}": letters, digits, dots, hyphens and plus signs only`);
}
