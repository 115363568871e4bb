import { relative } from "node:path";
import { ConfigurationError, loadConfiguration } from "./config/load";
import { zoneWarnings } from "./config/service-consumers";
import { inWords } from "./engine/command";
import { OUTDIR, synthesize } from "./synth/synthesize";

// `synth/bundled.mjs` runs this file, for the cdktf command line and for `npx ecs-privatelink synth`.
try {
  const configuration = loadConfiguration();
  const stacks = synthesize(configuration);
  for (const warning of configuration.environments.flatMap(zoneWarnings)) console.error(`warning: ${warning}`);
  // The cdktf command line lists the stacks itself.
  if (process.argv[2] === "synth") {
    console.log(`${relative(process.cwd(), OUTDIR)}: ${stacks.map(({ id }) => id).join(", ")}`);
  }
} catch (error) {
  // A file that cannot be written is no mistake of this program either.
  const expected = error instanceof ConfigurationError || (error instanceof Error && "syscall" in error);
  if (!expected) throw error;
  console.error(inWords(error));
  process.exitCode = 1;
}
