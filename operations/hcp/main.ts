import { createInterface } from "node:readline/promises";
import { Command, InvalidArgumentError } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { buildApp } from "../../stacks/app";
import { isInteractive, showSteps } from "../show";
import { INTERRUPTED_EXIT_CODE, Interrupted, listenForInterruption } from "../terraform/interruption";
import { schedule } from "../terraform/schedule";
import { readStacks } from "../terraform/stacks";
import { type PlanSummary, type RunOutcome, runStack } from "./run";
import { type HcpStack, hcpStacks } from "./stacks";
import { findToken } from "./token";

interface Options {
  readonly env: string;
  readonly stack: string[];
  readonly planOnly: boolean;
  readonly autoApprove: boolean;
  readonly discardWaiting: boolean;
  readonly message: string;
  readonly timeout: number;
  readonly outdir: string;
}

const program = new Command("npm run hcp:run --")
  .description(
    "Uploads each stack of an environment to its HCP Terraform workspace and runs it there, in order of dependency;\n" +
      "stops at the first failure. The token is read from TF_TOKEN_<host> or from what terraform login wrote.",
  )
  .requiredOption("--env <name>", "environment with backend.type hcp, e.g. dev")
  .option("--stack <id...>", "only these stacks, e.g. network-dev (default: all, with consumers that use them)", [])
  .option("--plan-only", "speculative plans that can't be applied", false)
  .option("--auto-approve", "apply without asking", false)
  .option("--discard-waiting", "discard a run that waits to be confirmed in the workspace ahead of this one", false)
  .option("--message <text>", "text that the runs carry", "npm run hcp:run")
  .option("--timeout <minutes>", "how long one stack may take", toMinutes, 90)
  .option("--outdir <folder>", "folder to synthesize into", "cdktf.out")
  .action(main);

void program.parseAsync();

async function main(options: Options): Promise<void> {
  const interruption = listenForInterruption((message) => console.error(`\n${message}`));
  try {
    await run(options, interruption.stop);
  } catch (error) {
    const interrupted = error instanceof Interrupted;
    console.error(interrupted ? "interrupted: the run is canceled" : `\n${(error as Error).message}`);
    process.exitCode = interrupted ? INTERRUPTED_EXIT_CODE : 1;
  } finally {
    interruption.release();
  }
}

async function run(options: Options, stop: AbortSignal): Promise<void> {
  const asks = !options.planOnly && !options.autoApprove;
  if (asks && !process.stdin.isTTY) {
    throw new Error("nobody can be asked for approval here: give --auto-approve to apply, or --plan-only");
  }
  const configuration = loadConfiguration({ files: process.env.CONFIG });
  const outdir = projectPath(options.outdir);
  buildApp(configuration, { outdir }).synth();
  const stacks = choose(hcpStacks(readStacks(outdir), configuration, options.env), options.stack);
  const tokens = new Map(stacks.map(({ hostname }) => [hostname, findToken(hostname)]));

  const updates = new Map<string, (text: string) => void>();
  const outcomes = schedule(
    stacks,
    (stack) =>
      runStack(
        stack,
        { address: `https://${stack.hostname}`, token: tokens.get(stack.hostname) ?? "", stop },
        {
          ...options,
          timeoutMinutes: options.timeout,
          approve: (plan) => (asks ? ask(plan, stop) : Promise.resolve(true)),
          onProgress: (text) => updates.get(stack.id)?.(text),
        },
      ),
    // Two questions at once would get one answer.
    asks ? { concurrency: 1 } : {},
  );
  const title = ({ id, organization, workspace }: HcpStack) => `${id} (${organization}/${workspace})`;
  await showSteps(
    stacks.map((stack) => ({
      title: title(stack),
      run: async (update) => {
        updates.set(stack.id, update);
        const outcome = await outcomes.get(stack.id);
        if (outcome?.status === "failed") throw outcome.error;
        return outcome?.status === "done" ? (outcome.value satisfies RunOutcome) : "not begun";
      },
    })),
    isInteractive() && !asks,
  );
}

function choose(stacks: readonly HcpStack[], wanted: readonly string[]): HcpStack[] {
  const unknown = wanted.find((id) => !stacks.some((stack) => stack.id === id));
  if (unknown !== undefined) {
    throw new Error(`no stack "${unknown}" in HCP Terraform; there are: ${stacks.map(({ id }) => id).join(", ")}`);
  }
  return wanted.length === 0 ? [...stacks] : stacks.filter(({ id }) => wanted.includes(id));
}

async function ask({ stack, url, additions, changes, destructions }: PlanSummary, signal: AbortSignal) {
  console.log(`\n${stack}: ${additions} to add, ${changes} to change, ${destructions} to destroy\n  ${url}`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question("Apply it? [y/N] ", { signal })).trim());
  } finally {
    terminal.close();
  }
}

function toMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError(`"${text}" is no number of minutes above 0`);
  return minutes;
}
