import { Command } from "commander";
import { sharingTheVpc } from "../../config/derive";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import type { Consumer } from "../../config/schema";
import { environmentStackIds, stackId } from "../../config/stack-ids";
import { runCommand } from "../../engine/command";
import { deployedOutputs, outdirOption } from "../../engine/deployed-outputs";
import type { Interruption } from "../../engine/terraform/interruption";
import type { Check } from "./check";
import { clientOptionsFor } from "./target";
import { verify } from "./verification";

interface Options {
  readonly env: string;
  readonly json: boolean;
  readonly outdir?: string;
}

export const command = new Command("verify")
  .description(
    "Checks every item of the pattern in the AWS account and prints result, evidence and next step. Read-only; docs/verify.md has the IAM policy it needs.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--json", "print JSON", false)
  .option(...outdirOption)
  .action((options: Options) => runCommand("verify", (interruption) => run(options, interruption)));

async function run({ env, json, outdir }: Options, interruption: Interruption): Promise<number> {
  const configuration = loadConfigurationFor(env);
  const environment = environmentNamed(configuration, env);
  const linked = configuration.consumers.filter(({ service }) => service.environment === env);
  const consumerStack = (consumer: Consumer) => stackId("consumer-endpoint", consumer);
  const outputs = await deployedOutputs({
    configuration,
    environment: env,
    stacks: environmentStackIds(environment),
    // The operator of an environment may have no access to a consumer's state.
    optional: linked.map(consumerStack),
    outdir,
    quiet: json,
    interruption,
  });
  const [known, unknown] = [true, false].map((wanted) =>
    linked.filter((consumer) => outputs.has(consumerStack(consumer)) === wanted),
  ) as [Consumer[], Consumer[]];
  const looked = await verify({
    environment,
    sharing: sharingTheVpc(configuration.environments, environment),
    consumers: known,
    outputs: Object.fromEntries([...outputs].filter(([, values]) => Object.keys(values).length > 0)),
    clientOptions: clientOptionsFor(environment),
    emulated: Boolean(process.env.AWS_ENDPOINT_URL),
  });
  const checks = [...looked, ...unknown.map(notLookedAt)];
  console.log(json ? JSON.stringify(checks, undefined, 2) : `\n${checks.map(line).join("\n")}`);
  const failed = checks.filter(({ status }) => status === "fail").length;
  if (!json) {
    const passed = checks.filter(({ status }) => status === "pass").length;
    console.log(`\n${passed} passed, ${failed} failed, ${checks.length - passed - failed} not applicable`);
  }
  return failed > 0 ? 1 : 0;
}

function notLookedAt({ name }: Consumer): Check {
  return {
    item: `consumer ${name}`,
    status: "not applicable",
    saw: "its state cannot be read with these credentials; run the command with the consumer's to check it as well",
  };
}

const marks = { pass: "✔", fail: "✖", "not applicable": "–" } as const;

const line = ({ item, next, saw, status }: Check): string =>
  [`${marks[status]} ${item}: ${saw}`, ...(next ? [`    next: ${next}`] : [])].join("\n");
