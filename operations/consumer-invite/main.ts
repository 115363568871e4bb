import { Command } from "commander";
import { readService } from "../connections/service";
import { invitation } from "./invitation";

interface Options {
  readonly env: string;
  readonly json: boolean;
  readonly outdir: string;
}

const program = new Command("npm run consumer:invite --")
  .description(
    "Prints everything that a consumer needs to connect to an environment's service; nothing in it is secret.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--json", "print the facts as JSON", false)
  .option("--outdir <folder>", "folder that CDKTF synthesized into", "cdktf.out")
  .action(async ({ env, json, outdir }: Options) => {
    const service = await readService(env, outdir);
    console.log(json ? JSON.stringify(service, undefined, 2) : invitation(service));
  });

program.parseAsync().catch((error: unknown) => {
  console.error(`consumer:invite: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
