import { chart } from "../../lab/chart";
import { events, MINUTES } from "./scenario";
import type { Traffic } from "./traffic";

const titles = {
  "ip-sync": "ip-sync: the sync Lambda's code",
  "alb-target": "alb-target: follows DNS at once",
  nobody: "nobody keeps the targets",
} as const;

const BAR_MINUTES = 0.5;

/** Failed requests of each half minute in which there are any. */
export function failuresByTime(requests: Traffic["requests"]): { from: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const { minute, ok } of requests) {
    const from = Math.floor(minute / BAR_MINUTES) * BAR_MINUTES;
    if (!ok) counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  return [...counts].map(([from, count]) => ({ from, count }));
}

/** An SVG file: failed requests by time, one row for each arm. */
export function drawTraffic(all: readonly Traffic[]): Promise<string> {
  const bars = all.flatMap(({ arm, requests }) =>
    failuresByTime(requests).map(({ count, from }) => ({ arm: titles[arm], from, to: from + BAR_MINUTES, count })),
  );
  const totals = all.map(({ arm, requests }) => {
    const bad = requests.filter(({ ok }) => !ok).length;
    return { arm: titles[arm], text: `${bad} of ${requests.length} failed` };
  });
  const rows = all.map(({ arm }) => titles[arm]);
  return chart((Plot) => ({
    height: 190 + rows.length * 90,
    marginLeft: 60,
    marginRight: 230,
    marginTop: 90,
    marginBottom: 45,
    style: { background: "white", color: "#1f2937", fontFamily: "sans-serif", fontSize: "12px" },
    x: { label: "minutes", domain: [0, MINUTES] },
    y: { label: "failed requests", grid: true, nice: true, ticks: 3 },
    fy: { label: null, domain: rows },
    marks: [
      Plot.ruleX(events, { x: "minute", stroke: "#9ca3af", strokeDasharray: "3,3" }),
      Plot.rectY(bars, { x1: "from", x2: "to", y: "count", fy: "arm", fill: "#c2410c" }),
      Plot.text(totals, {
        fy: "arm",
        text: "text",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 9,
        dy: 16,
        fontWeight: "bold",
      }),
      Plot.text(events, {
        x: "minute",
        fy: () => rows[0],
        text: "what",
        frameAnchor: "top",
        textAnchor: "start",
        rotate: -18,
        dy: -8,
        fontSize: 10,
      }),
      Plot.ruleY([0]),
    ],
  }));
}
