import { markdownTable } from "../../config/markdown";
import { AS_GOOD, type Comparison, JUDGED, RANDOM_HOURS, TIMING_HOURS, timesMore, whereBehind } from "./compare";
import { COMPETITORS, LOOK, OURS, OURS_WITHOUT_WATCH, REFERENCE_1, REFERENCE_2 } from "./competitors";
import type { Score } from "./play";
import { MINUTE, STEP } from "./scenario";
import { LONGEST_DEREGISTRATION } from "./world";

export interface Results {
  readonly situations: readonly Comparison[];
  readonly timings: readonly Comparison[];
  readonly random: Comparison;
}

const TITLES: Readonly<Record<(typeof JUDGED)[number], string>> = {
  missing: "missing, min",
  dead: "dead, min",
  lost: "lost, min",
  cut: "cut, nodes",
  strangers: "strangers, min",
  liveRemoved: "live removed",
};

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));
/** All columns but the first hold numbers, some of them several. */
const isFigure = (column: number): boolean => column > 0;

/** One measure of a comparison, this project's number first. */
const cell = (comparison: Comparison, key: keyof Score): string =>
  COMPETITORS.map(({ name }) => figure(comparison.scores[name]?.[key] ?? 0)).join(" / ");

function table(first: string, comparisons: readonly Comparison[]): string {
  const header = [first, ...Object.values(TITLES), "behind by more than 5 %"];
  const rows = comparisons.map((comparison) => [
    comparison.name,
    ...JUDGED.map((key) => cell(comparison, key)),
    whereBehind(comparison).join("; ") || "–",
  ]);
  return markdownTable(header, rows, isFigure);
}

function calls(comparisons: readonly Comparison[]): string {
  const header = ["situation", "AWS calls", "DNS queries"];
  const rows = comparisons.map((comparison) => [
    comparison.name,
    cell(comparison, "awsCalls"),
    cell(comparison, "dnsQueries"),
  ]);
  return markdownTable(header, rows, isFigure);
}

/** The page in docs/: what was compared, in which world, and the numbers. */
export function page({ random, situations, timings }: Results, picture: string): string {
  const names = COMPETITORS.map(({ name }) => name).join(" / ");
  const withoutWatch = random.scores[OURS_WITHOUT_WATCH.name];
  const ours = random.scores[OURS.name];
  const times = (competitor: typeof OURS): string => timesMore(random, competitor).toFixed(1);
  const timesWithoutWatch = withoutWatch
    ? ((random.scores[REFERENCE_1.name]?.missing ?? 0) + (random.scores[REFERENCE_1.name]?.dead ?? 0)) /
      (withoutWatch.missing + withoutWatch.dead)
    : 0;
  return `# Sync Lambda: benchmark

Computed by \`npx ecs-privatelink bench-sync\`. Every cell has the numbers of *${names}*. How the Lambda decides:
[ip-sync.md](ip-sync.md). Nothing here was measured at a real ALB: the page shows how the functions compare in each of the
worlds an ALB may live in. \`npx ecs-privatelink observe-alb\` records one real ALB and says which world it is;
\`npx ecs-privatelink bench-sync --world <file>\` plays the recording to the same functions.

## Assumptions

| assumption | value | source |
|---|---|---|
| time step; runs | ${STEP} s; every ${MINUTE} s at a random phase, and this project's Lambda looks at DNS every ${LOOK} s | – |
| a node | its service, its interface and its DNS entry begin and end separately | AWS does not publish the delays: hence the timing table |
| health check of the NLB | every 10 s, timeout 6 s, 2 results in a row change the state | the target groups in \`modules/privatelink\` |
| targets in \`initial\` | get no traffic; if no target is healthy, all get traffic | NLB guide, "Target group health" |
| deregistration | new connections stop after 0 to ${LONGEST_DEREGISTRATION} s, the drain ends after 300 s | aws/containers-roadmap#470; ELB API |
| DNS | authoritative servers, at most 8 addresses in an answer, any 8 where there are more | README of the public reference |
| public reference | both versions written from the description: up to 50 queries a run to the authoritative servers, removal after 3 absences. Version 2 counts draining targets as registered | AWS blog, "Using AWS Lambda to enable static IP addresses for Application Load Balancers" |
| interfaces alone | registers and deregisters what EC2 shows, at once | – |
| target group of type \`alb\` | not simulated: AWS documents that it follows the ALB, and not how fast | NLB guide, "Use an ALB as a target" |

- **missing**: minutes in which a node served and DNS listed it, and it was no target, added up over nodes and over all
  seconds of each minute
- **dead**: minutes in which a target was registered whose node no longer served, or never was a node
- **lost**: minutes in which an address where nothing answers got new connections, the NLB's slow deregistration included
- **cut**: nodes that ended while they were healthy targets: their connections end with them. A node that dies at once is
  cut in any case
- **strangers**: minutes in which an address that another interface holds got new connections
- **live removed**: targets deregistered while their node served, DNS listed it, and the health check had nothing against it

## Timing

${TIMING_HOURS} hours each, in which two nodes arrive and two leave. No faults. *At least as good* means at most
${AS_GOOD * 100} % behind the best.

${table("world", timings)}

A target that is registered before its node serves is counted in none of the columns: it gets no traffic.

## Random hours

${RANDOM_HOURS} hours in a timing of the table above, with two to six incidents each: nodes arrive, leave, are replaced one or
all together, return, lose their address to another interface; zones leave DNS; EC2, DNS, the target group and the state fail,
EC2 and DNS are old, leave out entries or show a fixed part; runs are missing (\`proof/bench-sync/worlds.ts\`).

${table("set", [random])}

- Minutes of missing or dead targets: ${figure(ours ? ours.missing + ours.dead : 0)}. That is ${times(REFERENCE_1)} times fewer than the
  reference's version 1, which is its better one, and ${times(REFERENCE_2)} times fewer than its version 2.
- Without the looks between runs (\`watch: false\`) it is ${timesWithoutWatch.toFixed(1)} times fewer than version 1: most of the difference in
  **missing** comes from looking more often, not from deciding better. It then holds a dead target until the health check or a
  second run has confirmed it, and is behind *interfaces alone* in **dead** where interface and service end at once.
- The reference loses most where a node leaves: it waits for three absences, whatever the health check says.
- Longest time for which an address that another interface held stayed a target: ${figure(ours?.longestStranger ?? 0)} minutes for this project.
  More than two runs happen only where runs are missing, the target group cannot be read or changed, or EC2 and DNS fail or are old
  together.

## Situations

An hour each.

![Minutes of missing or dead targets in an hour, for each situation](${picture})

${table("situation", situations)}

Where a zone leaves DNS, *interfaces alone* misses nothing because it ignores DNS: it goes on sending traffic to the zone that
was meant to be empty. This project follows DNS, and is late by the looks' interval when the zone returns.

## Calls

${calls([...situations.filter(({ name }) => name.startsWith("nothing")), random])}

A quiet run makes one call for the interfaces and one for each target group; where DNS has 8 addresses or more, one further for
the interfaces in the middle of the minute.
`;
}

/** The same for a terminal. */
export const rowsForTerminal = (comparisons: readonly Comparison[]): Record<string, Record<string, string>> =>
  Object.fromEntries(
    comparisons.map((comparison) => [
      comparison.name,
      Object.fromEntries(JUDGED.map((key) => [TITLES[key], cell(comparison, key)])),
    ]),
  );
