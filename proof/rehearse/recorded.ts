import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import { type Report, tallyChecks } from "./report";

/** Counts of complete rehearsals, kept with the source: `npm run generate` puts them into docs/reliability.md. */
const FILE = "proof/rehearse/recorded.json";

/** What one rehearsal has done. */
export interface Recorded {
  readonly resources: number;
  /** Operations of AWS's APIs that were answered, e.g. `ec2:CreateVpc` */
  readonly operations: number;
  readonly calls: number;
  readonly checks: number;
}

export function countsOf({ answered, checks, stacks }: Report): Recorded {
  return {
    resources: stacks.reduce((sum, { resources = 0 }) => sum + resources, 0),
    operations: answered?.operations ?? 0,
    calls: answered?.calls ?? 0,
    checks: tallyChecks(checks.flatMap((group) => group.checks)).passed,
  };
}

/** By environment. */
export function recorded(): Readonly<Record<string, Recorded>> {
  const file = projectPath(FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Recorded>) : {};
}

/** @returns the file, relative to the project */
export function record(environment: string, report: Report): string {
  const all = Object.entries({ ...recorded(), [environment]: countsOf(report) });
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(projectPath(FILE), `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`);
  return FILE;
}
