import { readFileSync } from "node:fs";
import render from "preact-render-to-string";
import { projectPath } from "../../config/project";
import type { Layout } from "./drawing/layout";
import { Picture } from "./drawing/picture";
import type { Facts } from "./gather";
import { Page } from "./page/page";
import { pathId } from "./page/sections/paths";

const file = (name: string): string => readFileSync(projectPath("operations/report/page", name), "utf8");

/** The report as one HTML file. */
export function renderPage(facts: Facts): string {
  const style = [
    ...["colours.css", "page.css", "drawing.css", "explorer.css", "charts.css"].map(file),
    ...facts.proof.proofs.map(({ expectation }) => onlyPath(expectation.id)),
  ].join("\n");
  return `<!doctype html>\n${render(<Page facts={facts} style={style} script={file("script.js")} />)}\n`;
}

/** While a row of the paths is the page's target, its arrows stand alone. */
function onlyPath(expectation: string): string {
  const id = pathId(expectation);
  return `:root:has(#${id}:target) #architecture .edge:not(.p-${id.slice("path-".length)}) { opacity: 0.1; }`;
}

/** A drawing as an SVG file of its own, in light and dark. */
export function renderPicture(layout: Layout, title: string): string {
  const style = ["colours.css", "drawing.css"].map(file).join("\n").replaceAll(":root", "svg");
  return `${render(
    <Picture id="tip" layout={layout} title={title}>
      <style dangerouslySetInnerHTML={{ __html: style }} />
      <rect class="ground" width="100%" height="100%" rx="10" fill="var(--page)" />
    </Picture>,
  )}\n`;
}
