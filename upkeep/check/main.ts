import { Command } from "commander";
import { command as scan } from "./scan/main";
import { command as supplyChain } from "./supply-chain/main";
import { command as workflows } from "./workflows";

const parts = [workflows, scan, supplyChain];

export const command = new Command("check")
  .description(
    "Checks that need no account: pipelines, security of every stack, dependencies. Without a part: all of them.",
  )
  .action(async () => {
    let exitCode = 0;
    for (const part of parts) {
      process.exitCode = 0;
      await part.parseAsync([], { from: "user" });
      exitCode ||= Number(process.exitCode);
    }
    process.exitCode = exitCode;
  });
for (const part of parts) command.addCommand(part);
