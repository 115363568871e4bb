import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import type { Consumer } from "../../config/schema";
import type { StackName } from "../../stacks/base";
import { runCommand } from "../command";
import { environmentNamed } from "../environment-named";
import { deployedOutputs } from "../terraform/deployed-outputs";
import type { Check } from "./check";
import { verify } from "./verification";

interface Options {
  readonly env: string;
  readonly json: boolean;
  readonly outdir: string;
}

void new Command("npm run verify --")
  .description(
    "Looks at every item of the pattern in the AWS account: pass, fail or not applicable, what was seen, and what to do.\nReads only; docs/verify.md has the IAM policy it needs.",
  )
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--json", "print JSON", false)
  .option("--outdir <folder>", "folder that CDKTF synthesized into, with initialized stacks", "cdktf.out")
  .action((options: Options) => runCommand("verify", () => run(options)))
  .parseAsync();

async function run({ env, json, outdir }: Options): Promise<number> {
  const configuration = loadConfiguration();
  const environment = environmentNamed(configuration, env);
  const linked = configuration.consumers.filter(({ service }) => service.environment === env);
  const [known, unknown] = [true, false].map((wanted) =>
    linked.filter(({ name }) => existsSync(join(directoryOf(name, outdir), ".terraform")) === wanted),
  ) as [typeof linked, typeof linked];
  const stacks = [
    ...(["network", "data", "compute", "privatelink-service"] as const).map((name) => [name, env] as const),
    ...known.map(({ name }) => ["consumer-endpoint", name] as const),
  ];
  const outputs = await Promise.all(
    stacks.map(async ([name, owner]) => [`${name}-${owner}`, await outputsOf(name, owner, outdir)] as const),
  );
  const looked = await verify({
    environment,
    consumers: known,
    outputs: Object.fromEntries(outputs),
    clientOptions: { region: environment.region, forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL) },
    emulated: Boolean(process.env.AWS_ENDPOINT_URL),
  });
  const checks = [...looked, ...unknown.map((consumer) => notLookedAt(consumer, outdir))];
  console.log(json ? JSON.stringify(checks, undefined, 2) : checks.map(line).join("\n"));
  const failed = checks.filter(({ status }) => status === "fail").length;
  if (!json) console.log(`\n${checks.length - failed} of ${checks.length} items as they should be`);
  return failed > 0 ? 1 : 0;
}

function directoryOf(consumer: string, outdir: string): string {
  return join(outdir, "stacks", `consumer-endpoint-${consumer}`);
}

/** Whoever looks at the environment may have no access to a consumer's state. */
function notLookedAt({ name }: Consumer, outdir: string): Check {
  return {
    item: `consumer ${name}`,
    status: "not applicable",
    saw: `not initialized on this machine; to look at it too: terraform -chdir=${directoryOf(name, outdir)} init`,
  };
}

/** Outputs of a stack; undefined where it is not deployed. */
async function outputsOf(name: StackName, owner: string, outdir: string) {
  const outputs = await deployedOutputs(name, owner, outdir);
  return Object.keys(outputs).length > 0 ? outputs : undefined;
}

const marks = { pass: "✔", fail: "✖", "not applicable": "–" } as const;

const line = ({ item, next, saw, status }: Check): string =>
  [`${marks[status]} ${item}: ${saw}`, ...(next ? [`    next: ${next}`] : [])].join("\n");
