import type { Check } from "../../operations/verify/check";
import type { Report } from "../rehearse/report";

export interface Comparison {
  /** Checks that both have, by their title and item. */
  readonly common: number;
  readonly agreeing: number;
  /** One line for each check that ended differently. */
  readonly different: readonly string[];
  /** Checks that only one of the two has. */
  readonly onlyReal: readonly string[];
  readonly onlyRehearsed: readonly string[];
}

/** Compares what a real account showed with what a rehearsal showed, check by check, where both looked at the same. */
export function compare(real: Report["checks"], rehearsed: Report["checks"]): Comparison {
  const [ours, theirs] = [byName(real), byName(rehearsed)];
  const titles = new Set(real.map(({ title }) => title));
  const common = [...ours.keys()].filter((name) => theirs.has(name));
  const different = common.filter((name) => ours.get(name)?.status !== theirs.get(name)?.status);
  return {
    common: common.length,
    agreeing: common.length - different.length,
    different: different.map((name) => `${name}: ${said(ours.get(name))}; rehearsed: ${said(theirs.get(name))}`),
    onlyReal: [...ours.keys()].filter((name) => !theirs.has(name)),
    // Parts that only a rehearsal has, e.g. the sync Lambda's scenes, say nothing about the account.
    onlyRehearsed: [...theirs].filter(([name]) => !ours.has(name) && titles.has(titleOf(name))).map(([name]) => name),
  };
}

export function renderComparison({ agreeing, common, different, onlyReal, onlyRehearsed }: Comparison): string {
  const listed = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [heading, ...lines.map((line) => `  ${line}`)];
  return [
    `Real AWS and the rehearsal agree on ${agreeing} of ${common} checks`,
    ...listed("Different:", different),
    ...listed("Only in the account:", onlyReal),
    ...listed("Only in the rehearsal:", onlyRehearsed),
  ].join("\n");
}

const SEPARATOR = " › ";

const titleOf = (name: string) => name.split(SEPARATOR)[0] ?? "";

function byName(groups: Report["checks"]): Map<string, Check> {
  const all = groups.flatMap(({ checks, title }) => checks.map((check) => ({ title, check })));
  return new Map(all.map(({ check, title }) => [`${title}${SEPARATOR}${check.item}`, check]));
}

const said = (check: Check | undefined) => `${check?.status} (${check?.saw.split("\n")[0]})`;
