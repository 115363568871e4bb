import { readFileSync } from "node:fs";
import render from "preact-render-to-string";
import { projectPath } from "../../config/project";
import type { Layout } from "./drawing/layout";
import { Picture } from "./drawing/picture";
import type { Facts } from "./gather";
import { Page } from "./page/page";
import { pathId } from "./page/sections/paths";

const file = (name: string): string => readFileSync(projectPath("proof/report/page", name), "utf8");

/** What a drawing needs, on the page and as a file of its own. */
const drawingStyle = (): string => ["colours.css", "drawing.css"].map(file).join("\n");

/** The report as one HTML file. */
export function renderPage(facts: Facts): string {
  const style = [
    ...["page.css", "explorer.css", "charts.css"].map(file),
    ...facts.proof.proofs.map(({ expectation }) => onlyPath(expectation.id)),
  ].join("\n");
  return `<!doctype html>\n${render(<Page facts={facts} style={style} drawingStyle={drawingStyle()} script={file("script.js")} />)}\n`;
}

/** While a row of the paths is the page's target, its arrows stand alone. */
function onlyPath(expectation: string): string {
  const id = pathId(expectation);
  const others = `:not(.p-${id.slice("path-".length)})`;
  const lines = `#architecture .drawing > g > .edge${others}, #architecture .drawing > .label${others}`;
  return `:root:has(#${id}:target) :is(${lines}) { opacity: 0.1; }`;
}

/** A drawing as an SVG file of its own, in light and dark. */
export function renderPicture(layout: Layout, title: string, { withBoundaries = false } = {}): string {
  const style = drawingStyle().replaceAll(":root", "svg");
  return `${render(
    <Picture id="tip" layout={layout} title={title} withBoundaries={withBoundaries}>
      <style dangerouslySetInnerHTML={{ __html: style }} />
      <rect class="ground" width="100%" height="100%" rx="10" fill="var(--page)" />
    </Picture>,
  )}\n`;
}
