import { writeFileSync } from "node:fs";
import { projectPath } from "../../config/project";
import { compareAll } from "./compare";
import { measureFootprint } from "./footprint";
import { drawPicture } from "./picture";
import { page, rowsForTerminal, timesFewer } from "./report";

const PAGE = "docs/ip-sync-benchmark.md";
const PICTURE = "ip-sync-benchmark.svg";

/** `npm run bench:sync`: compares, prints, and writes the page and its picture into docs/. */
async function main(): Promise<void> {
  const comparisons = await compareAll();
  console.log("this project / public reference, minutes added up over the targets");
  console.table(rowsForTerminal(comparisons));
  const random = comparisons.at(-1);
  if (random) console.log(`${random.name}: ${timesFewer(random)} times fewer minutes of wrong or missing targets`);
  writeFileSync(projectPath(PAGE), page(comparisons, PICTURE));
  writeFileSync(projectPath("docs", PICTURE), await drawPicture(comparisons));
  console.log(`written: ${PAGE}, docs/${PICTURE}`);

  const { bundleBytes, importMilliseconds, residentBytes, residentBytesOfNode } = measureFootprint();
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    `bundle ${(bundleBytes / 1000).toFixed(0)} KB, cold import ${importMilliseconds.toFixed(0)} ms, ` +
      `memory ${megabytes(residentBytes)} of which Node.js ${megabytes(residentBytesOfNode)} (this machine, Node.js ${process.version})`,
  );
}

void main();
