import { readFileSync } from "node:fs";
import { markdownTable } from "../../config/markdown";
import { projectPath } from "../../config/project";
import { configurationRules, consumerRules, environmentRules, linkRules } from "../../config/rules";
import { exercise } from "../../proof/rehearse/exercised";
import { recorded } from "../../proof/rehearse/recorded";
import { refusals } from "./emulated-aws";

export const PAGE = "docs/reliability.md";
const BEGIN = "<!-- counts: npm run generate -->";
const END = "<!-- end of counts -->";

const REHEARSALS = ["Rehearsed to its end", "Resources", "Operations of AWS's APIs", "Calls", "Checks passed"];

/** The page with the counts of today; the rest of it is written by hand, or by the command of the faults. */
export function reliabilityPage(): string {
  const page = readFileSync(projectPath(PAGE), "utf8");
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before === -1 || after < before) throw new Error(`${PAGE} lacks ${BEGIN} or ${END}`);
  return `${page.slice(0, before)}${BEGIN}\n\n${counts()}\n\n${page.slice(after)}`;
}

function counts(): string {
  const rows = refusals();
  const based = (basis: string) => rows.filter((row) => (row.basis ?? "documented") === basis).length;
  const rules = [environmentRules, consumerRules, linkRules, configurationRules].map(({ length }) => length);
  const options = (["environments", "consumers"] as const).map((kind) => ({ kind, ...exercise(kind) }));
  const facts: readonly (readonly [string, string])[] = [
    [
      "Refusals of AWS that its API models don't tell, each with the bad call that it refuses",
      `${rows.length}: ${based("documented")} documented, ${based("reported")} reported, ${based("inferred")} inferred`,
    ],
    ["Rules across the options of a configuration", String(rules.reduce((sum, each) => sum + each, 0))],
    ...options.map(({ kind, left, values }): [string, string] => [
      `Option values of ${kind} that a rehearsal exercises`,
      `${values - left.length} of ${values}; ${left.length} have a reason (proof/rehearse/everything-on/not-rehearsed.yaml)`,
    ]),
  ];
  const rehearsals = Object.entries(recorded()).map(([name, each]) => [
    `\`${name}\``,
    each.resources,
    each.operations,
    each.calls,
    each.checks,
  ]);
  return [
    markdownTable(["Shown by tests", "Count"], facts),
    "",
    rehearsals.length === 0 ? "No rehearsal is recorded yet." : markdownTable(REHEARSALS, rehearsals),
  ].join("\n");
}
