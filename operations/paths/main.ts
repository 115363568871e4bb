import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { runCommand } from "../command";
import { choose } from "./choose";
import { prove, worst } from "./prove";
import { renderText, toJson } from "./report";
import { synthesizeStacks } from "./synthesize";

interface Options {
  readonly env: string;
  readonly consumer?: string[];
  readonly json: boolean;
  readonly all: boolean;
}

const exitCodes = { proven: 0, refuted: 1, unknown: 2 } as const;

void new Command("npm run paths --")
  .description(
    "Proves from the synthesized JSON, without an account, that every path the pattern needs is open and every path it\n" +
      "must not have is closed. Exit code: 0 all proven, 1 something refuted, 2 something unknown.",
  )
  .option("--env <name>", "environment: a file in config/environments", "dev")
  .option("--consumer <name...>", "consumers of it (default: all that use the environment)")
  .option("--all", "print the hops of every path, not of one for each expectation", false)
  .option("--json", "print everything as JSON", false)
  .action((options: Options) => runCommand("paths", async () => run(options)))
  .parseAsync();

function run(options: Options): number {
  const { consumers, environment } = choose(loadConfiguration(), options);
  const proof = prove(synthesizeStacks({ environments: [environment], consumers }), environment, consumers);
  console.log(options.json ? JSON.stringify(toJson(proof), null, 2) : renderText(proof, { everyPath: options.all }));
  return exitCodes[worst(proof.proofs.map(({ outcome }) => outcome))];
}
