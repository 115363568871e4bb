import { readFileSync } from "node:fs";
import { markdownTable } from "../../config/markdown";
import { projectPath } from "../../config/project";
import { alternatives, readAccepted, type Scanner, scannerOf } from "../check/scan/findings";

export const PAGE = "docs/security-findings.md";
const ACCEPTED = "upkeep/check/scan/accepted-findings.yaml";

/** Accepted findings by check: how many, where, and the reason. */
export function findingsPage(): string {
  const accepted = readAccepted(readFileSync(projectPath(ACCEPTED), "utf8"), ACCEPTED);
  const rows = accepted.flatMap(({ checks, places, reason }) => {
    const all = places.flatMap(alternatives);
    return checks.map((check) => ({ check, scanner: scannerOf(check), places: all, reason }));
  });
  const total = rows.reduce((sum, { places }) => sum + places.length, 0);
  const scanners = [...new Set(rows.map(({ scanner }) => scanner))].sort();
  return `${[
    "# Accepted findings",
    `\`npm run generate\` writes this page from [${ACCEPTED}](../${ACCEPTED}). It lists ${total} accepted findings of ${new Set(rows.map(({ check }) => check)).size} checks:\n${scanners
      .map((scanner) => `${count(rows, scanner)} of ${scanner}`)
      .join(
        ", ",
      )}. \`npx ecs-privatelink check scan\` fails for any other finding, and for an entry that no longer occurs.`,
    markdownTable(
      ["check", "scanner", "findings", "stacks", "reason"],
      rows
        .sort((a, b) => (a.check < b.check ? -1 : 1))
        .map(({ check, places, reason, scanner }) => [
          `\`${check}\``,
          scanner,
          places.length,
          stacksOf(places),
          reason,
        ]),
    ),
  ].join("\n\n")}\n`;
}

const count = (rows: readonly { scanner: Scanner; places: readonly string[] }[], scanner: Scanner): number =>
  rows.filter((row) => row.scanner === scanner).reduce((sum, { places }) => sum + places.length, 0);

const stacksOf = (places: readonly string[]): string =>
  [...new Set(places.map((place) => place.split("/")[0] ?? ""))]
    .sort()
    .map((stack) => `\`${stack}\``)
    .join(", ");
