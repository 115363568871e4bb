import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { projectPath } from "../../config/project";

/** What a scanner objects to. */
export interface Finding {
  /** The scanner's own id, e.g. `CKV_AWS_18`. */
  readonly check: string;
  /** Stack and construct path, e.g. `data-dev/database/instance`. */
  readonly place: string;
  readonly says: string;
}

/** What scanners said, as it is kept for `npx ecs-privatelink report`. */
export interface ScanRecord {
  /** When, in ms since 1970. */
  readonly ended: number;
  readonly scanners: readonly {
    readonly name: string;
    /** Number of findings; undefined where it did not run. */
    readonly findings?: number;
    /** Why it did not run. */
    readonly missing?: string;
  }[];
  /** Findings that were looked at and are left as they are. */
  readonly accepted: number;
  readonly unlisted: readonly Finding[];
}

/** File of the latest scan. */
const SCAN_FILE = projectPath("dist/scan.json");

/** The latest scan; undefined where there was none. */
export const latestScan = (): ScanRecord | undefined =>
  existsSync(SCAN_FILE) ? (JSON.parse(readFileSync(SCAN_FILE, "utf8")) as ScanRecord) : undefined;

export function writeScan(record: ScanRecord): void {
  mkdirSync(dirname(SCAN_FILE), { recursive: true });
  writeFileSync(SCAN_FILE, `${JSON.stringify(record, null, 2)}\n`);
}
