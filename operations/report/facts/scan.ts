import { existsSync, readFileSync } from "node:fs";
import { projectPath } from "../../../config/project";

/** What scanners said, as it is kept for the report. */
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
  readonly unlisted: readonly { readonly check: string; readonly place: string; readonly says: string }[];
}

/** File of the latest scan. */
export const SCAN_FILE = projectPath("dist/scan.json");

/** The latest scan; undefined where there was none. */
export const latestScan = (): ScanRecord | undefined =>
  existsSync(SCAN_FILE) ? (JSON.parse(readFileSync(SCAN_FILE, "utf8")) as ScanRecord) : undefined;
