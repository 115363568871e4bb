import { relative } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { OUTDIR, synthesize } from "../../synth/synthesize";

export const command = new Command("synth")
  .description(
    "Checks the configuration, proves the packet paths, and writes the Terraform JSON of every stack, as npx cdktf synth does.",
  )
  .option("--out <folder>", "folder to write to (default: cdktf.out)")
  .action(({ out }: { readonly out?: string }) => {
    const outdir = out ?? OUTDIR;
    const stacks = synthesize(loadConfiguration(), outdir);
    console.log(`${relative(process.cwd(), outdir)}: ${stacks.map(({ id }) => id).join(", ")}`);
  });
