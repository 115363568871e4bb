import { join } from "node:path";
import { loadConfiguration } from "../../config/load";
import { buildApp } from "../../stacks/app";

/** What `main.ts` does, on a folder of its own; prints the most memory the process held, in kilobytes. */
const [folder = ""] = process.argv.slice(2);
buildApp(loadConfiguration({ folder }), { outdir: join(folder, "out") }).synth();
console.log(process.resourceUsage().maxRSS);
