import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { REHEARSALS } from "../lab/run-folder";
import type { Report } from "./report";

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

const complete = (project: string, environment: string) => join(project, REHEARSALS, "complete", `${environment}.json`);

/**
 * Keeps a rehearsal of all stacks that came to its end, whatever its result, as its environment's newest one: run
 * folders come and go.
 *
 * @param project folder of the project, absolute
 */
export function keepRecord(project: string, record: RehearsalRecord): void {
  const file = complete(project, record.environment);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(record));
}

/**
 * The newest complete rehearsal of an environment; undefined where there is none.
 *
 * @param project folder of the project, absolute
 */
export function newestRecord(project: string, environment: string): RehearsalRecord | undefined {
  const file = complete(project, environment);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as RehearsalRecord) : undefined;
}
