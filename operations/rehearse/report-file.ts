import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "./report";
import { REHEARSALS } from "./run-folder";

/** A rehearsal as it is kept in its run folder. */
export interface RehearsalRecord {
  readonly environment: string;
  /** When it began and ended, in ms since 1970. */
  readonly began: number;
  readonly ended: number;
  readonly good: boolean;
  /** Why it did not come to its end. */
  readonly error?: string;
  readonly report: Report;
}

const FILE = "report.json";

export function writeRecord(runFolder: string, record: RehearsalRecord): void {
  writeFileSync(join(runFolder, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * The latest rehearsal; undefined where there is none, or it was cut short.
 *
 * @param project folder of the project, absolute
 */
export function latestRecord(project: string): RehearsalRecord | undefined {
  const file = join(project, REHEARSALS, "latest", FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RehearsalRecord) : undefined;
}
