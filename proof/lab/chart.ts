import type * as Observable from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** A chart as an SVG file. */
export async function chart(options: (Plot: typeof Observable) => Observable.PlotOptions): Promise<string> {
  // An ES module; older Node versions in use can only import it like this.
  const Plot = await import("@observablehq/plot");
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const drawn = Plot.plot({
    document: document as unknown as NonNullable<Observable.PlotOptions["document"]>,
    width: 960,
    ...options(Plot),
  });
  drawn.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${drawn.outerHTML}\n`;
}
