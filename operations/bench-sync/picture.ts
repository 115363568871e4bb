import type { PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Comparison } from "./compare";
import { wrongOrMissing } from "./report";

const OURS = "this project";
const REFERENCE = "public reference";

/** An SVG file: minutes of wrong or missing targets in an hour, two bars for each situation. */
export async function drawPicture(comparisons: readonly Comparison[]): Promise<string> {
  // An ES module; older Node versions in use can only import it like this.
  const Plot = await import("@observablehq/plot");
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const bars = comparisons.flatMap(({ name, hours, ours, reference }) => [
    { situation: hours > 1 ? `average of ${name}` : name, algorithm: OURS, minutes: wrongOrMissing(ours) / hours },
    {
      situation: hours > 1 ? `average of ${name}` : name,
      algorithm: REFERENCE,
      minutes: wrongOrMissing(reference) / hours,
    },
  ]);
  const colour = { [OURS]: "#0f766e", [REFERENCE]: "#c2410c" };
  const chart = Plot.plot({
    document: document as unknown as PlotOptions["document"],
    width: 960,
    height: 110 + comparisons.length * 44,
    marginLeft: 400,
    marginRight: 130,
    marginBottom: 50,
    marginTop: 40,
    style: { background: "white", color: "#1f2937", fontFamily: "sans-serif", fontSize: "13px" },
    x: { label: "minutes of wrong or missing targets in an hour", grid: true, nice: true },
    y: { axis: null, domain: [OURS, REFERENCE] },
    fy: { label: null, domain: bars.map(({ situation }) => situation) },
    color: { domain: Object.keys(colour), range: Object.values(colour) },
    marks: [
      Plot.barX(bars, {
        x: "minutes",
        y: "algorithm",
        fy: "situation",
        fill: "algorithm",
        insetTop: 1,
        insetBottom: 1,
      }),
      Plot.text(bars, {
        x: "minutes",
        y: "algorithm",
        fy: "situation",
        text: ({ algorithm, minutes }: (typeof bars)[number]) =>
          `${Number.isInteger(minutes) ? minutes : minutes.toFixed(2)}  ${algorithm}`,
        textAnchor: "start",
        dx: 4,
        fontSize: 11,
        fill: "algorithm",
      }),
      Plot.ruleX([0]),
    ],
  });
  chart.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${chart.outerHTML}\n`;
}
