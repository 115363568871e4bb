import type { Context } from "aws-lambda";
import { actions } from "./actions";
import { createClients, timeBudget } from "./clients";
import { type Memory, newMemory, type Report, run } from "./run";
import { readSettings, type Settings } from "./settings";
import { sources } from "./sources";
import { state } from "./state";
import { emit } from "./telemetry";

const clients = createClients();
let settings: Settings | undefined;
let memory: Memory | undefined;

/** What a person may add when invoking by hand; scheduled events are not looked at. */
interface ManualEvent {
  /** `true`: decide and report only. */
  readonly dryRun?: unknown;
}

/**
 * Makes the targets of every target group equal to the addresses of the ALB.
 *
 * @returns the report of the run.
 * @throws {Error} after everything possible was done, if anything failed; {@link SettingsError} before anything is done.
 */
export async function handler(
  event: ManualEvent | undefined,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<Report> {
  settings ??= readSettings(process.env);
  memory ??= newMemory(Date.now());
  const dryRun = settings.dryRun || event?.dryRun === true;
  const budget = timeBudget(context.getRemainingTimeInMillis());
  const ports = {
    ...sources(clients, settings, budget),
    ...actions(clients, budget),
    ...state(clients, settings, budget),
    now: Date.now,
  };
  const report = await run(ports, { ...settings, dryRun }, memory);
  emit(report, dryRun);
  if (report.failures.length > 0) {
    throw new Error(report.failures.map(({ source, message }) => `${source}: ${message}`).join("\n"));
  }
  return report;
}
