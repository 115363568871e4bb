import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { projectPath } from "../../config/project";
import { runCommand } from "../../engine/command";
import { compare, compareRandom, compareSituations, compareTimings, timesMore } from "./compare";
import { REFERENCE_1 } from "./competitors";
import { measureFootprint } from "./footprint";
import { drawPicture } from "./picture";
import { recordedScenarios } from "./recorded";
import { page, rowsForTerminal } from "./report";

const PAGE = "docs/ip-sync-benchmark.md";
const PICTURE = "ip-sync-benchmark.svg";

export const command = new Command("bench-sync")
  .description(
    "Compares the sync Lambda with other functions in simulated worlds, and writes docs/ip-sync-benchmark.md; or in a recorded one, and writes nothing.",
  )
  .option("--world <file>", "recording of observe-alb to play instead")
  .action(({ world }: { readonly world?: string }) =>
    runCommand("bench-sync", () => (world === undefined ? bench() : replay(world))),
  );

async function replay(file: string): Promise<number> {
  const scenarios = recordedScenarios(file);
  const result = await compare(`${scenarios.length} recorded hours`, scenarios);
  for (const [name, score] of Object.entries(result.scores)) console.log(name, score);
  return 0;
}

async function bench(): Promise<number> {
  const results = {
    situations: await compareSituations(),
    timings: await compareTimings(),
    random: await compareRandom(),
  };
  console.table(rowsForTerminal([...results.situations, ...results.timings, results.random]));
  console.log(
    `${timesMore(results.random, REFERENCE_1).toFixed(1)} times fewer minutes than the reference's better version`,
  );
  writeFileSync(projectPath(PAGE), page(results, PICTURE));
  writeFileSync(projectPath("docs", PICTURE), await drawPicture(results.situations));
  console.log(`written: ${PAGE}, docs/${PICTURE}`);

  const { bundleBytes, importMilliseconds, residentBytes, residentBytesOfNode } = measureFootprint();
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    `bundle ${(bundleBytes / 1000).toFixed(0)} KB, cold import ${importMilliseconds.toFixed(0)} ms, ` +
      `memory ${megabytes(residentBytes)} of which Node.js ${megabytes(residentBytesOfNode)} (this machine, Node.js ${process.version})`,
  );
  return 0;
}
