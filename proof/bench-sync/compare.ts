import { COMPETITORS, type Competitor, OURS, OURS_WITHOUT_WATCH } from "./competitors";
import { play, type Score, sum } from "./play";
import type { Scenario } from "./scenario";
import { SITUATIONS } from "./situations";
import { randomHours, TIMINGS, timingHours } from "./worlds";

export interface Comparison {
  readonly name: string;
  readonly hours: number;
  /** By the competitor's name. */
  readonly scores: Readonly<Record<string, Score>>;
}

export const TIMING_HOURS = 60;
export const RANDOM_HOURS = 400;

/** What is better the smaller it is, and what a target group of any kind is judged by. */
export const JUDGED = ["missing", "dead", "lost", "cut", "strangers", "liveRemoved"] as const;

export async function compare(
  name: string,
  scenarios: readonly Scenario[],
  competitors: readonly Competitor[] = COMPETITORS,
): Promise<Comparison> {
  const scores: Record<string, Score> = {};
  for (const competitor of competitors) {
    const played: Score[] = [];
    for (const scenario of scenarios) played.push(await play(scenario, competitor));
    scores[competitor.name] = sum(played);
  }
  return { name, hours: scenarios.length, scores };
}

export const compareSituations = (): Promise<Comparison[]> => inTurn(SITUATIONS, (each) => compare(each.name, [each]));

export const compareTimings = (hours = TIMING_HOURS): Promise<Comparison[]> =>
  inTurn(Object.entries(TIMINGS), ([name, timing]) => compare(name, timingHours(timing, hours)));

export const compareRandom = (hours = RANDOM_HOURS): Promise<Comparison> =>
  compare(`${hours} random hours with faults`, randomHours(hours), [...COMPETITORS, OURS_WITHOUT_WATCH]);

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<Comparison>): Promise<Comparison[]> {
  const results: Comparison[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

export const wrongOrMissing = ({ dead, missing }: Score): number => dead + missing;

/** How many times more minutes of wrong or missing targets a competitor has. */
export function timesMore({ scores }: Comparison, competitor: Competitor): number {
  const [ours, theirs] = [scores[OURS.name], scores[competitor.name]];
  if (!ours || !theirs) throw new Error(`${competitor.name} did not play`);
  return wrongOrMissing(theirs) / wrongOrMissing(ours);
}

/** Part of a value by which this project may be behind the best and still be as good. */
export const AS_GOOD = 0.05;

/** Measures in which a competitor is better by more than {@link AS_GOOD}, with its name. */
export function whereBehind({ scores }: Comparison): string[] {
  const ours = scores[OURS.name];
  return JUDGED.flatMap((measure) => {
    const others = Object.entries(scores).filter(([name]) => name !== OURS.name && name !== OURS_WITHOUT_WATCH.name);
    const best = others.sort(([, a], [, b]) => a[measure] - b[measure])[0];
    return ours && best && ours[measure] > best[1][measure] * (1 + AS_GOOD) + 1e-9 ? [`${measure}: ${best[0]}`] : [];
  });
}
