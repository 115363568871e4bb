import { setTimeout as wait } from "node:timers/promises";
import { Command, Option } from "commander";
import { resourcePrefix } from "../../config/derive";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { timeSpan, toTimeSpan } from "../../engine/arguments";
import { runCommand } from "../../engine/command";
import type { Interruption } from "../../engine/terraform/interruption";
import { observe } from "./observe";
import { albSources, clientsFor } from "./sources";
import { describeTiming, timing } from "./timing";

interface Options {
  readonly env: string;
  readonly for: number;
  readonly file?: string;
}

export const command = new Command("observe-alb")
  .description(
    "Records an ALB's interfaces, DNS answers and target health once a minute, and says in which of the benchmark's worlds it lives. Reads only; goes on with a recording that is there; docs/ip-sync.md has the IAM policy it needs.",
  )
  .requiredOption("--env <name>", "environment, e.g. prod")
  .addOption(
    new Option("--for <time>", "time from the first record to the last: a number with s, m, h or d")
      .argParser(toTimeSpan)
      .default(timeSpan("7d"), "7d"),
  )
  .option("--file <path>", "recording (default: observed-<env>.jsonl)")
  .action((options: Options) => runCommand("observe-alb", (interruption) => run(options, interruption)));

async function run(
  { env, file = `observed-${env}.jsonl`, for: length }: Options,
  { stop }: Interruption,
): Promise<number> {
  const environment = environmentNamed(loadConfigurationFor(env), env);
  const prefix = resourcePrefix(environment);
  const sources = await albSources(clientsFor({ region: environment.region }), {
    alb: `${prefix}-alb`,
    nlb: `${prefix}-nlb`,
  });
  const sights = await observe({
    sources,
    file,
    length,
    now: Date.now,
    wait: (milliseconds) => wait(milliseconds, undefined, { signal: stop }).catch(() => stop.throwIfAborted()),
    log: ({ at, authoritative, interfaces, targets }) => {
      const count = (found: object | null): string =>
        found === null ? "no answer" : String(Object.keys(found).length);
      console.log(
        `${new Date(at).toISOString()} interfaces ${count(interfaces)}, DNS ${count(authoritative)}, target groups ${count(targets)}`,
      );
    },
  });
  console.log(`\n${describeTiming(timing(sights))}\n\nplay it: npx ecs-privatelink bench-sync --world ${file}`);
  return 0;
}
