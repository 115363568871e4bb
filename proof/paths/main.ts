import { Command } from "commander";
import { loadConfigurationFor } from "../../config/load-for";
import { runCommand } from "../../engine/command";
import { prove, worst } from "../../paths/prove";
import { stacksInMemory } from "../../synth/synthesize";
import { choose } from "./choose";
import { renderText, toJson } from "./report";

interface Options {
  readonly env: string;
  readonly consumer?: string[];
  readonly json: boolean;
  readonly all: boolean;
}

const exitCodes = { proven: 0, refuted: 1, unknown: 2 } as const;

export const command = new Command("paths")
  .description(
    "Proves from the synthesized JSON, without an account, that every path the pattern needs is open and every path it " +
      "must not have is closed. Exit code: 0 all proven, 1 something refuted, 2 something unknown.",
  )
  .option("--env <name>", "environment: a file in config/environments", "dev")
  .option("--consumer <name...>", "consumers of it (default: all that use the environment)")
  .option("--all", "print the hops of every path, not of one for each expectation", false)
  .option("--json", "print everything as JSON", false)
  .action((options: Options) => runCommand("paths", async () => run(options)));

function run(options: Options): number {
  const { consumers, environment } = choose(loadConfigurationFor(options.env), options);
  const proof = prove(stacksInMemory({ environments: [environment], consumers }), environment, consumers);
  console.log(options.json ? JSON.stringify(toJson(proof), null, 2) : renderText(proof, { everyPath: options.all }));
  return exitCodes[worst(proof.proofs.map(({ outcome }) => outcome))];
}
