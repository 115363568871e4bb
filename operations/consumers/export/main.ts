import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { moduleFiles } from "./files";

export const command = new Command("export-consumer")
  .description("Writes the consumer's side as a plain Terraform module, for teams that don't use this project.")
  .option("--out <folder>", "folder of the module", "dist/consumer-module")
  .action(({ out }: { readonly out: string }) => {
    const files = Object.entries(moduleFiles());
    for (const [path, text] of files) {
      const file = join(out, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    console.log(`${out}: ${files.map(([path]) => path).join(", ")}`);
    console.log("Hand over the folder; its README.md shows how to use it. Try it: terraform init && terraform test");
  });
