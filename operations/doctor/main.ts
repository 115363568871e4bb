import { Command } from "commander";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { runCommand } from "../../engine/command";
import type { Interruption } from "../../engine/terraform/interruption";
import { clientOptionsFor } from "../verify/target";
import { checkAccount } from "./check-account";
import { checkDocker, checkNode, checkPython, checkTerraform } from "./check-machine";
import { type Finding, inWords } from "./finding";

interface Options {
  readonly env: string;
  readonly json: boolean;
}

export const command = new Command("doctor")
  .description(
    "Checks the machine and the account: Node.js, Terraform and its providers, Python, Docker, credentials against the configuration, state bucket, quotas. Each with its purpose and the fix. Changes nothing; docs/operate.md has the IAM policy.",
  )
  .option("--env <name>", "environment: a file in config/environments", "dev")
  .option("--json", "print JSON", false)
  .action((options: Options) => runCommand("doctor", (interruption) => run(options, interruption)));

async function run({ env, json }: Options, interruption: Interruption): Promise<number> {
  const environment = environmentNamed(loadConfigurationFor(env), env);
  const checks: readonly Promise<Finding[]>[] = [
    Promise.resolve([checkNode()]),
    checkTerraform(environment, interruption),
    checkPython().then((one) => [one]),
    checkDocker(environment).then((one) => [one]),
    checkAccount(environment, clientOptionsFor(environment)),
  ];
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = await check;
    findings.push(...found);
    if (!json) console.log(found.map(inWords).join("\n"));
  }
  if (json) console.log(JSON.stringify(findings, undefined, 2));
  const named = (wanted: Finding["status"]) =>
    findings.filter(({ status }) => status === wanted).map(({ thing }) => thing);
  const [missing, without] = [named("missing"), named("not available")];
  if (!json) console.log(`\n${missing.length === 0 ? "ready" : `missing: ${missing.join(", ")}`}${aside(without)}`);
  return missing.length === 0 ? 0 : 1;
}

/** What some commands do without: the last line alone must not claim that everything is available. */
function aside(things: readonly string[]): string {
  return things.length === 0 ? "" : `; not available: ${things.join(", ")} (above: which commands need it)`;
}
