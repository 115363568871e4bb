import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { markdownTable } from "../../config/markdown";
import { projectPath } from "../../config/project";
import { table } from "../../engine/table";
import type { Outcome } from "./outcome";

const PAGE = "docs/reliability.md";
const BEGIN = "<!-- made by npx ecs-privatelink faults --write -->";
const END = "<!-- end -->";

/** Outcomes of this machine, so that the list can be gone through in parts. */
const KEPT = projectPath(".rehearsal", "faults", "outcomes.json");

/** For a terminal. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((each) => [each.name, each.runs, verdict(each), each.seconds, counts(each, ", ")]);
  const wrong = outcomes.flatMap(({ name, wrong }) => wrong.map((text) => `  ✖ ${name}: ${text}`));
  return [table(["fault", "runs", "verdict", "s", "seen"], rows), ...wrong].join("\n");
}

/** Puts outcomes to those of earlier calls; the newest of each case counts. */
export function keep(outcomes: readonly Outcome[]): void {
  const names = outcomes.map(({ name }) => name);
  mkdirSync(dirname(KEPT), { recursive: true });
  writeFileSync(
    KEPT,
    JSON.stringify([...kept().filter(({ name }) => !names.includes(name)), ...outcomes], undefined, 2),
  );
}

function kept(): Outcome[] {
  return existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, "utf8")) as Outcome[]) : [];
}

/**
 * Writes the table of everything that is kept into the page in docs/.
 *
 * @returns the page's path, relative to the project
 */
export function writePage(): string {
  const page = readFileSync(projectPath(PAGE), "utf8");
  const [before = "", after = ""] = [page.split(BEGIN)[0], page.split(END)[1]];
  writeFileSync(projectPath(PAGE), `${before}${BEGIN}\n\n${markdown(kept())}\n\n${END}${after}`);
  return PAGE;
}

export function markdown(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((each) => [
    each.name,
    each.expected,
    each.runs,
    verdict(each),
    counts(each, "<br>"),
    each.seconds,
  ]);
  const runs = outcomes.reduce((sum, each) => sum + each.runs, 0);
  const good = outcomes.reduce((sum, each) => sum + goodRuns(each), 0);
  return [
    `${runs} runs, ${good} as expected.`,
    "",
    markdownTable(["fault", "expected", "runs", "as expected", "seen", "s"], rows),
    ...otherwise(outcomes),
  ].join("\n");
}

/** What went otherwise, in words. */
function otherwise(outcomes: readonly Outcome[]): string[] {
  const lines = outcomes.flatMap(({ name, wrong }) => wrong.map((text) => `- ${name}: ${text.split("\n")[0]}`));
  return lines.length === 0 ? [] : ["", "Not as expected:", "", ...lines];
}

function goodRuns({ runs, wrong, skipped }: Outcome): number {
  return skipped === undefined ? Math.max(0, runs - wrong.length) : 0;
}

function verdict(outcome: Outcome): string {
  if (outcome.skipped !== undefined) return `skipped: ${outcome.skipped}`;
  return outcome.wrong.length === 0 ? "all" : `${goodRuns(outcome)}, NOT: ${outcome.wrong.length}`;
}

function counts({ seen }: Outcome, separator: string): string {
  return Object.entries(seen)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${what}: ${count}`)
    .join(separator);
}
