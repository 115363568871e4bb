import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { runCommand } from "../../engine/command";
import { clientOptionsFor } from "../verify/target";
import { type Part, readStatus } from "./read-status";

interface Options {
  readonly env: string;
  readonly json: boolean;
}

export const command = new Command("status")
  .description(
    "Shows an environment on one screen: service and last deployment, tasks, targets per zone, endpoint connections, firing alarms. Reads only, and needs no Terraform; docs/operate.md has the IAM policy.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--json", "print JSON", false)
  .action((options: Options) => runCommand("status", () => run(options)));

async function run({ env, json }: Options): Promise<number> {
  const environment = environmentNamed(loadConfigurationFor(env), env);
  const parts = await readStatus(environment, clientOptionsFor(environment));
  console.log(json ? JSON.stringify(parts, undefined, 2) : parts.map(inWords).join("\n"));
  return parts.every(({ lines }) => lines.every(({ good }) => good)) ? 0 : 1;
}

function inWords({ lines, title }: Part): string {
  return [title, ...lines.map(({ good, text }) => `  ${good ? "✔" : "✖"} ${text}`)].join("\n");
}
