import { CloudWatchLogsClient, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { S3Client } from "@aws-sdk/client-s3";
import { Command, Option } from "commander";
import { resourcePrefix } from "../../config/derive";
import { environmentNamed } from "../../config/environment-named";
import { loadConfigurationFor } from "../../config/load-for";
import { timeSpan, toTimeSpan } from "../../engine/arguments";
import { runCommand } from "../../engine/command";
import type { Interruption } from "../../engine/terraform/interruption";
import { clientOptionsFor } from "../verify/target";
import { accessLogReader, groupReader, readUntil } from "./read-logs";
import { logGroup, SOURCES } from "./sources";

interface Options {
  readonly env: string;
  readonly follow: boolean;
  /** ms. */
  readonly since: number;
}

/** How often new lines are looked for, in ms. */
const POLL_MS = 3_000;

const DEFAULT_SINCE = "15m";

export const command = new Command("logs")
  .description(
    "Prints logs of an environment: of its tasks, the sync Lambda, the function that accepts consumers, the load balancer's requests, the data load, or a job. Reads only, and needs no Terraform; docs/operate.md has the IAM policy.",
  )
  .argument("[source]", `which log: ${SOURCES.join(", ")}, or a workload such as job-nightly`, "task")
  .requiredOption("--env <name>", "environment, e.g. dev")
  .option("--follow", "go on printing new lines until Ctrl-C", false)
  .addOption(
    new Option("--since <time>", "how far back: a number with s, m, h or d")
      .argParser(toTimeSpan)
      .default(timeSpan(DEFAULT_SINCE), DEFAULT_SINCE),
  )
  .action((source: string, options: Options) =>
    runCommand("logs", (interruption) => run(source, options, interruption)),
  );

async function run(source: string, { env, follow, since }: Options, { stop }: Interruption): Promise<number> {
  const environment = environmentNamed(loadConfigurationFor(env), env);
  const options = clientOptionsFor(environment);
  const group = logGroup(source, environment);
  const begin = Date.now() - since;
  let lines = 0;
  const print = (line: string) => {
    lines += 1;
    console.log(line);
  };
  const read =
    group === undefined
      ? accessLogReader(
          { elb: new ElasticLoadBalancingV2Client(options), s3: new S3Client(options) },
          `${resourcePrefix(environment)}-alb`,
          begin,
          print,
        )
      : groupReader(new CloudWatchLogsClient(options), group, begin, print);
  try {
    await readUntil(read, follow, stop, POLL_MS);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Error(`log group ${group} does not exist in ${environment.region}: ${env} is not deployed, or has none`);
  }
  // Standard output is for the lines alone.
  if (lines === 0) console.error(`no line in the given time; --since 24h looks further back`);
  return 0;
}
