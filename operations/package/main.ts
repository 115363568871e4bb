import { Command, InvalidArgumentError } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfiguration } from "../../config/load";
import { runCommand } from "../../engine/command";
import { packageEnvironment, writeArtefacts } from "./artefact";

interface Options {
  readonly env?: string[];
  readonly version: string;
  readonly out: string;
}

export const command = new Command("package")
  .description(
    "Packs the Terraform JSON of environments, with the consumers that use them, for people who apply it without " +
      "Node.js: one tar.gz per environment, and SHA256SUMS (docs/plain-terraform.md).",
  )
  .option("--env <name...>", "environments (default: all)")
  .requiredOption("--version <text>", "version in the files' names, e.g. v1.2.0", toVersion)
  .option("--out <folder>", "folder to write to", "dist/release")
  .action((options: Options) => runCommand("package", () => Promise.resolve(write(options))));

function write({ env, version, out }: Options): number {
  const configuration = loadConfiguration();
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
