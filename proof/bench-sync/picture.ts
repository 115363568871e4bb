import { chart } from "../lab/chart";
import { type Comparison, wrongOrMissing } from "./compare";
import { INTERFACE_ONLY, OURS, REFERENCE_1 } from "./competitors";

const COLOURS = { [OURS.name]: "#0f766e", [REFERENCE_1.name]: "#c2410c", [INTERFACE_ONLY.name]: "#6b7280" };

/** An SVG file: minutes of missing or dead targets in an hour, a bar for each function. */
export function drawPicture(comparisons: readonly Comparison[]): Promise<string> {
  const bars = comparisons.flatMap(({ hours, name, scores }) =>
    Object.keys(COLOURS).flatMap((algorithm) => {
      const score = scores[algorithm];
      return score ? [{ situation: name, algorithm, minutes: wrongOrMissing(score) / hours }] : [];
    }),
  );
  return chart((Plot) => ({
    height: 110 + comparisons.length * 58,
    marginLeft: 470,
    marginRight: 130,
    marginBottom: 50,
    marginTop: 40,
    style: { background: "white", color: "#1f2937", fontFamily: "sans-serif", fontSize: "13px" },
    x: { label: "minutes of missing or dead targets in an hour", grid: true, nice: true },
    y: { axis: null, domain: Object.keys(COLOURS) },
    fy: { label: null, domain: bars.map(({ situation }) => situation) },
    color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
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
  }));
}
