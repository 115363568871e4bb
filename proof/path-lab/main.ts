import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { ConfigurationError, loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import type { Configuration } from "../../config/schema";
import { prove } from "../../paths/prove";
import { stacksInMemory } from "../../synth/synthesize";
import { choose } from "../paths/choose";
import { parts, tryPart } from "./consumers/parts";
import { modes } from "./modes";
import { makePlan } from "./plan";
import { describeAnswer, describeRequest, isExpected, labRequests } from "./requests";
import { Lab, type LabRun } from "./run";
import { findTools, type Tools } from "./tools";
import { armNames } from "./traffic/arms";
import { drawTraffic, failuresByTime } from "./traffic/picture";
import { runTraffic, type Traffic } from "./traffic/traffic";

const NAME = "pathlab";
/** The part that sends packets along every path. */
const PACKETS = "packets";
const PICTURE = "docs/path-lab-traffic.svg";
const INTERRUPTED = 130;

export const command = new Command("path-lab")
  .description(
    "Builds the modelled network with Linux network namespaces, nftables, HAProxy, a task and PostgreSQL, sends real " +
      "packets along every path, and compares. Then a consumer's client tries its connection test and mutual TLS. Needs root " +
      "on Linux; all of it is removed at the end.",
  )
  .option("--env <name>", "an environment of config/environments (default: three made-up ones that hold every mode)")
  .addOption(new Option("--only <part>", "one part alone").choices([PACKETS, ...Object.keys(parts)]))
  .option("--traffic", `instead: requests while ALB nodes are replaced, drawn in ${PICTURE} (about 2 minutes)`, false)
  .action(main);

type Modes = Readonly<Record<string, Configuration | ReturnType<typeof choose>>>;

interface Options {
  readonly env?: string;
  readonly only?: string;
  readonly traffic: boolean;
}

async function main({ env, only, traffic }: Options): Promise<void> {
  const tools = findTools();
  if ("missing" in tools) {
    console.log(`path-lab: skipped, since it needs ${tools.missing}`);
    return;
  }
  removeLeftovers();
  try {
    if (traffic) {
      await compareArms(tools);
      return;
    }
    const wanted = env === undefined ? modes : { [env]: choose(loadConfiguration(), { env }) };
    if (only === undefined || only === PACKETS) await runModes(wanted, tools);
    for (const part of env === undefined ? Object.keys(parts) : []) {
      if (only !== undefined && only !== part) continue;
      if (!(await tryPart(part, tools, `${NAME}-${process.pid}`, tornDownAfter))) process.exitCode = 1;
    }
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
  }
}

async function runModes(wanted: Modes, tools: Tools): Promise<void> {
  for (const [title, chosen] of Object.entries(wanted)) {
    const configuration = "environment" in chosen ? { ...chosen, environments: [chosen.environment] } : chosen;
    if (!(await runMode(title, configuration, tools))) process.exitCode = 1;
  }
}

async function runMode(title: string, configuration: Configuration, tools: Tools): Promise<boolean> {
  const [environment] = configuration.environments;
  if (!environment) return false;
  const begin = Date.now();
  const proof = prove(stacksInMemory(configuration), environment, configuration.consumers);
  const prefix = `${NAME}-${process.pid}`;
  const plan = makePlan(proof, environment, prefix);
  const lab = new Lab(plan, prefix, tools);
  return tornDownAfter(
    async () => {
      const run = await lab.run(labRequests(plan));
      const agree = report(title, run, plan.notSent, (Date.now() - begin) / 1000);
      return reportRequests(run.requests) && agree;
    },
    () => lab.tearDown(),
  );
}

/** Failed requests of each way to keep the NLB's targets. */
async function compareArms(tools: Tools): Promise<void> {
  const [configuration] = Object.values(modes);
  const done: Traffic[] = [];
  for (const arm of armNames) {
    let lab: Lab | undefined;
    const one = await tornDownAfter(
      () =>
        runTraffic(arm, configuration as Configuration, tools, `${NAME}-${process.pid}`, (made) => {
          lab = made;
        }),
      () => lab?.tearDown(),
    );
    const failed = one.requests.filter(({ ok }) => !ok).length;
    const when = failuresByTime(one.requests).map(({ count, from }) => `${count} in minute ${from}`);
    console.log(
      `${arm}: ${failed} of ${one.requests.length} requests failed${failed > 0 ? `: ${when.join(", ")}` : ""}`,
    );
    done.push(one);
  }
  writeFileSync(projectPath(PICTURE), await drawTraffic(done));
  console.log(`drawn in ${PICTURE}`);
}

/** Tears down at the end, on failure and on interrupt. */
async function tornDownAfter<T>(work: () => Promise<T>, tearDown: () => void): Promise<T> {
  const interrupt = () => {
    tearDown();
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await work();
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    tearDown();
  }
}

function report(
  title: string,
  { results, withoutGroups }: LabRun,
  notSent: readonly { readonly reason: string }[],
  seconds: number,
): boolean {
  const wrong = results.filter(({ actual, attempt }) => actual !== attempt.expected);
  const wrongWithout = withoutGroups.filter(({ actual, attempt }) => actual !== attempt.withoutGroups);
  const open = results.filter(({ attempt }) => attempt.expected === "open").length;
  const opened = withoutGroups.filter(({ attempt }) => attempt.withoutGroups === "open").length;
  console.log(`${title} (${seconds.toFixed(0)} s)`);
  console.log(
    `  packets agree with the model on ${results.length - wrong.length} of ${results.length} paths: ${open} pass, ${results.length - open} do not`,
  );
  console.log(
    `  control without security groups: agree on ${withoutGroups.length - wrongWithout.length} of ${withoutGroups.length} paths, of which ${opened} are open then`,
  );
  const reasons = new Map<string, number>();
  for (const { reason } of notSent) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, number] of reasons) console.log(`  not sent: ${number} (${reason})`);
  for (const { actual, attempt } of wrong) {
    console.log(`  DISAGREES  ${attempt.path}: model ${attempt.expected}, packets ${actual}`);
  }
  for (const { actual, attempt } of wrongWithout) {
    console.log(
      `  DISAGREES without security groups  ${attempt.path}: model ${attempt.withoutGroups}, packets ${actual}`,
    );
  }
  return wrong.length === 0 && wrongWithout.length === 0;
}

function reportRequests(requests: LabRun["requests"]): boolean {
  if (requests.length === 0) return true;
  const wrong = requests.filter(({ answer, request }) => !isExpected(request.expected, answer));
  const answerers = new Set(requests.flatMap(({ request }) => request.expected.answeredBy ?? []));
  console.log(
    `  requests through PrivateLink: ${requests.length - wrong.length} of ${requests.length} were answered as the configuration says, by ${[...answerers].join(", ")}`,
  );
  for (const { answer, request } of wrong) {
    console.log(
      `  DISAGREES  ${describeRequest(request)}: wanted ${describeAnswer(request.expected)}, got ${describeAnswer(answer)}`,
    );
  }
  return wrong.length === 0;
}

/** Namespaces of labs that were killed: their number is no running process any more. */
function removeLeftovers(): void {
  const listed = execFileSync("ip", ["netns", "list"], { encoding: "utf8" }).split("\n");
  for (const line of listed) {
    const found = /^(pathlab-(\d+)-\S+)/.exec(line);
    if (found && !isRunning(Number(found[2]))) execFileSync("ip", ["netns", "del", String(found[1])]);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
