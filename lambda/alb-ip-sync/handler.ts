import { setTimeout as wait } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { actions } from "./actions";
import { createClients, timeBudget } from "./clients";
import { authoritativeResolver, cachingResolver, type Resolve } from "./dns";
import type { Ports } from "./ports";
import { look, type Memory, newMemory, type Report, run } from "./run";
import { FILL, readSettings, type Settings } from "./settings";
import { sources } from "./sources";
import { state } from "./state";
import { emit } from "./telemetry";

const clients = createClients();
let settings: Settings | undefined;
let memory: Memory | undefined;
let resolve: Resolve | undefined;

/** What the schedule, or a person who invokes by hand, may say; other keys are not looked at. */
interface RunEvent {
  /** `true`: decide and report only. */
  readonly dryRun?: unknown;
  /** Seconds to go on looking at DNS after the run; the schedule's events say so. */
  readonly watchSeconds?: unknown;
  /** ARN of a target group that has to have targets when the call returns: what Terraform says. */
  readonly [FILL]?: unknown;
}

/** Time between two looks at DNS, in milliseconds. */
const LOOK_INTERVAL = 10_000;
/** The look of a run that may ask EC2 also. */
const HALFWAY = 3;
/** Time that a pass may need at the end, in milliseconds. */
const LAST_PASS = 6_000;
/** Time between two attempts to fill a target group: new permissions take some seconds to hold. */
const FILL_INTERVAL = 3_000;

/**
 * Makes the targets of every target group equal to the addresses of the ALB.
 *
 * @returns the report of the run, or how many targets a filled group has.
 * @throws {Error} after everything possible was done, if anything failed; {@link SettingsError} before anything is done.
 */
export async function handler(
  event: RunEvent | undefined,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<Report | Filled> {
  settings ??= readSettings(process.env);
  memory ??= newMemory(Date.now());
  const caching = cachingResolver(settings.dnsServers);
  resolve ??= settings.authoritativeDns && settings.dnsServers.length === 0 ? authoritativeResolver(caching) : caching;
  const scene: Scene = {
    context,
    memory,
    settings: { ...settings, dryRun: settings.dryRun || event?.dryRun === true },
    ports: portsFor(settings, resolve, context),
  };
  const targetGroupArn = event?.[FILL];
  if (typeof targetGroupArn === "string") return fill(targetGroupArn, scene);
  return runAndWatch(typeof event?.watchSeconds === "number" ? event.watchSeconds : 0, scene);
}

interface Scene {
  readonly context: Pick<Context, "getRemainingTimeInMillis">;
  readonly memory: Memory;
  readonly settings: Settings;
  /** The world, with the time that is left now. */
  ports(): Ports;
}

const messagesOf = ({ failures }: Report): string[] => failures.map(({ source, message }) => `${source}: ${message}`);

async function runAndWatch(
  watchSeconds: number,
  { context, memory: own, ports, settings: given }: Scene,
): Promise<Report> {
  const until = Date.now() + watchSeconds * 1000;
  const report = await run(ports(), given, own);
  emit(report, given.dryRun);
  const failed = messagesOf(report);
  const isTime = (): boolean =>
    Date.now() + LOOK_INTERVAL <= until && context.getRemainingTimeInMillis() > LOOK_INTERVAL + LAST_PASS;
  for (let looks = 1; isTime(); looks++) {
    await wait(LOOK_INTERVAL);
    const later = await look(ports(), given, own, looks === HALFWAY);
    if (!later) continue;
    emit(later, given.dryRun);
    failed.push(...messagesOf(later));
  }
  if (failed.length > 0) throw new Error([...new Set(failed)].join("\n"));
  return report;
}

/** What Terraform keeps of a first run. */
interface Filled {
  readonly targets: number;
}

/**
 * Runs until a target group has targets: what else fails is the next run's.
 *
 * @throws {Error} that says why, if it remains empty
 */
async function fill(targetGroupArn: string, { context, memory: own, ports, settings: given }: Scene): Promise<Filled> {
  for (;;) {
    const report = await run(ports(), given, own);
    emit(report, given.dryRun);
    const group = report.mappings.find(({ mapping }) => mapping.targetGroupArn === targetGroupArn);
    if (!group) throw new Error(`${targetGroupArn} is none of this function's target groups`);
    const targets = (group.targetsRegistered ?? 0) + group.registered.length;
    if (targets > 0 || given.dryRun) return { targets };
    if (context.getRemainingTimeInMillis() < FILL_INTERVAL + LAST_PASS) {
      throw new Error([`${targetGroupArn} has no targets`, ...messagesOf(report)].join("\n"));
    }
    await wait(FILL_INTERVAL);
  }
}

const portsFor = (given: Settings, name: Resolve, context: Pick<Context, "getRemainingTimeInMillis">) => (): Ports => {
  const budget = timeBudget(Math.min(context.getRemainingTimeInMillis(), 45_000));
  return {
    ...sources(clients, given, name, budget),
    ...actions(clients, budget),
    ...state(clients, given, budget),
    now: Date.now,
  };
};
