import type { Comparison, Score } from "./compare";

const COLUMNS: readonly (readonly [keyof Score, string])[] = [
  ["missingMinutes", "missing, min"],
  ["wrongMinutes", "wrong, min"],
  ["misledMinutes", "misled, min"],
  ["strangerMinutes", "stranger, min"],
  ["liveRemoved", "live removed"],
  ["awsCalls", "AWS calls"],
  ["dnsQueries", "DNS queries"],
];

export const wrongOrMissing = (score: Score): number => score.missingMinutes + score.wrongMinutes;

/** How many times fewer minutes of wrong or missing targets there are, e.g. `13.5`. */
export const timesFewer = ({ ours, reference }: Comparison): string =>
  (wrongOrMissing(reference) / wrongOrMissing(ours)).toFixed(1);

/** The page in docs/: what was compared, and the numbers. */
export function page(comparisons: readonly Comparison[], picture: string): string {
  const header = ["situation", ...COLUMNS.map(([, title]) => title)];
  const rows = comparisons.map(({ name, ours, reference }) => [
    name,
    ...COLUMNS.map(([key]) => `${ours[key]} / ${reference[key]}`),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const random = comparisons.at(-1);
  return `# Sync Lambda: benchmark

Made by \`npm run bench:sync\`, which simulates an ALB, its DNS name and an NLB target group minute by minute: one run a
minute, health checks, drains of 5 minutes, DNS answers of at most 8 addresses. Every cell is *this project's Lambda /
the public reference* (AWS blog, "Using AWS Lambda to enable static IP addresses for Application Load Balancers", second
version, written anew from its description). Each situation lasts an hour. How the Lambda decides: [ip-sync.md](ip-sync.md).

![Minutes of wrong or missing targets in an hour, for each situation](${picture})

${[header, header.map((_, index) => (index === 0 ? "---" : "--:")), ...rows].map(line).join("\n")}

- **missing**: minutes in which a live node was no target, added up over the nodes
- **wrong**: minutes in which a target was no node of the ALB; **misled**: those of them in which it got traffic, because
  no health check had found out, somebody else answered, or no target was healthy
- **stranger**: minutes in which somebody else had the address of a target, draining ones included
- **live removed**: targets deregistered while their node was live
- In the random hours, two to six incidents happen to 2 to 12 nodes: nodes come, go, are replaced, return, lose their
  address to somebody else; DNS, the APIs and the state fail for up to 5 minutes (\`random-hours.ts\`). There, minutes of
  wrong or missing targets are ${random ? timesFewer(random) : "?"} times fewer.
- Where only the interfaces tell what is going on, the Lambda stands still until they can be read again; the reference,
  which never asks them, then does better.
`;
}

/** The same for a terminal. */
export const rowsForTerminal = (comparisons: readonly Comparison[]): Record<string, Record<string, string>> =>
  Object.fromEntries(
    comparisons.map(({ name, ours, reference }) => [
      name,
      Object.fromEntries(COLUMNS.map(([key, title]) => [title, `${ours[key]} / ${reference[key]}`])),
    ]),
  );
