import { join } from "node:path";
import { loadConfiguration } from "../../config/load";
import { buildApp } from "../../stacks/app";

/** What `main.ts` does, on a folder of its own; prints the most memory that the process held, and its processor time. */
const [folder = ""] = process.argv.slice(2);
buildApp(loadConfiguration({ folder }), { outdir: join(folder, "out") }).synth();
const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage();
console.log(JSON.stringify({ kilobytes: maxRSS, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
