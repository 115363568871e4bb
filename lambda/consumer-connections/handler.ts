import { type Report, run } from "./run";
import { readSettings, type Settings } from "./settings";
import { emit, emitFailure } from "./telemetry";
import { createClients, world } from "./world";

const clients = createClients();
let settings: Settings | undefined;

/** What the schedule, a notification of the topic, or a person who invokes by hand may say; other keys are not looked at. */
interface RunEvent {
  /** `true`: decide and report only. */
  readonly dryRun?: unknown;
}

/**
 * Accepts the endpoints that the registry of consumers allows, and counts those that are connected. The event says only
 * that it is time: every run reads what is there.
 *
 * @throws {Error} after everything possible was done, if anything failed; {@link SettingsError} before anything is done.
 */
export async function handler(event: RunEvent | undefined): Promise<Report> {
  settings ??= readSettings(process.env);
  const { consumers } = settings;
  const dryRun = settings.dryRun || event?.dryRun === true;
  const report = await run(world(clients, settings), { consumers, dryRun }).catch((error: unknown) => {
    emitFailure(error);
    throw error;
  });
  emit(report, consumers, dryRun);
  if (report.failures.length > 0) throw new Error(report.failures.join("\n"));
  return report;
}
