import { Command, InvalidArgumentError } from "commander";
import { unknownName } from "../../config/closest";
import { loadConfigurationFor } from "../../config/load-for";
import { projectPath } from "../../config/project";
import { ask } from "../../engine/ask";
import { runCommand } from "../../engine/command";
import { runStacks, type Show } from "../../engine/run-stacks";
import { show } from "../../engine/show";
import { INTERRUPTED_EXIT_CODE, Interrupted } from "../../engine/terraform/interruption";
import { synthesize } from "../../synth/synthesize";
import { type PlanSummary, runStack } from "./run";
import { type HcpStack, hcpStacks } from "./stacks";
import { findToken } from "./token";

interface Options {
  readonly env: string;
  readonly stack: string[];
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly discardWaiting: boolean;
  readonly message: string;
  readonly timeout: number;
  readonly out: string;
}

export const command = new Command("run")
  .description(
    "Uploads each stack of an environment to its HCP Terraform workspace and runs it there, in order of dependency; " +
      "stops at the first failure. The token is read from TF_TOKEN_<host>, or from what terraform login wrote.",
  )
  .requiredOption("--env <name>", "environment with backend.type hcp, e.g. dev")
  .option("--stack <id...>", "only these stacks, e.g. network-dev (default: all, with consumers that use them)", [])
  .option("--dry-run", "speculative plans, which can't be applied", false)
  .option("--yes", "apply without asking", false)
  .option("--discard-waiting", "discard a run that waits to be confirmed in a workspace ahead of this one", false)
  .option("--message <text>", "text that the runs carry", "npx ecs-privatelink hcp run")
  .option("--timeout <minutes>", "how long one stack may take", toMinutes, 90)
  .option("--out <folder>", "folder to synthesize into", "cdktf.out")
  .action((options: Options) => runCommand("hcp run", ({ stop }) => main(options, stop)));

async function main(options: Options, stop: AbortSignal): Promise<number> {
  try {
    await run(options, stop);
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.error("hcp run: interrupted; the run that was under way is canceled");
    return INTERRUPTED_EXIT_CODE;
  }
}

async function run(options: Options, stop: AbortSignal): Promise<void> {
  const asks = !options.dryRun && !options.yes;
  const configuration = loadConfigurationFor(options.env);
  if (asks && !process.stdin.isTTY) {
    throw new Error("no terminal for the approval prompt: pass --yes or --dry-run");
  }
  const out = projectPath(options.out);
  const stacks = choose(hcpStacks(synthesize(configuration, out), configuration, options.env), options.stack);
  const tokens = new Map(stacks.map(({ hostname }) => [hostname, findToken(hostname)]));

  for (const { id } of stacks.filter(({ zipsWhilePlanning }) => zipsWhilePlanning)) {
    console.warn(
      `${id}: Terraform zips a Lambda function while it plans; where plan and apply run on different machines the zip file is missing. Run npx ecs-privatelink build-lambda and set privatelink.sync.prebuiltPackage: dist/alb-ip-sync.zip, and that of privatelink.consumerConnections likewise`,
    );
  }
  await runStacks(
    stacks,
    asks ? line : show,
    `HCP Terraform, ${options.env}`,
    // Two questions at once would get one answer.
    asks ? { concurrency: 1 } : {},
    (stack, onProgress) =>
      runStack(
        stack,
        { address: `https://${stack.hostname}`, token: tokens.get(stack.hostname) ?? "", stop },
        {
          ...options,
          timeoutMinutes: options.timeout,
          approve: (plan) => (asks ? isApproved(plan, stop) : Promise.resolve(true)),
          onProgress,
        },
      ),
  );
}

function choose(stacks: readonly HcpStack[], wanted: readonly string[]): readonly HcpStack[] {
  const unknown = wanted.find((id) => !stacks.some((stack) => stack.id === id));
  if (unknown !== undefined) {
    throw new Error(
      unknownName(
        "HCP Terraform stack",
        unknown,
        stacks.map(({ id }) => id),
      ),
    );
  }
  return wanted.length === 0 ? stacks : stacks.filter(({ id }) => wanted.includes(id));
}

/** Plain lines, each new state once: a question can't stand among lines that are rewritten. */
const line: Show = async (heading, steps) => {
  console.log(`\n${heading}`);
  const outcomes = await Promise.allSettled(
    steps.map(async ({ title, run: work }) => {
      let last = "";
      const said = await work((text) => {
        if (text !== last) console.log(`… ${title}: ${text}`);
        last = text;
      });
      console.log(`✔ ${title}: ${said}`);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
};

async function isApproved({ stack, url, additions, changes, destructions }: PlanSummary, stop: AbortSignal) {
  console.log(`\n${stack}: ${additions} to add, ${changes} to change, ${destructions} to destroy\n  ${url}`);
  return (await ask('Apply it? Only "yes" does: ', { stop })) === "yes";
}

function toMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError(`"${text}" is no number of minutes above 0`);
  return minutes;
}
