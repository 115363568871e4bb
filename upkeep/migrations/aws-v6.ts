import { join } from "node:path";
import { Command } from "commander";
import { runCommand } from "../../engine/command";
import { synthesizeAnew } from "../watch/synthesize";
import { awsVersionsOf, compareJson } from "./json";
import { withDependencies } from "./project-copy";
import { exitCode, type Finding, tell } from "./steps";

/** Bindings of AWS provider 6. */
const BINDINGS = "21.22.1";

export const command = new Command("aws-v6")
  .description(
    "The project on the bindings of AWS provider 6, in a copy: types, and the differences in the JSON. A difference is a message, not a failure.",
  )
  .action(() =>
    runCommand("migrate aws-v6", (interruption) =>
      withDependencies({ "@cdktf/provider-aws": BINDINGS }, interruption, async ({ path, run }) => {
        const findings: Finding[] = [];
        const types = await run("npx", "--no-install", "tsc", "--noEmit");
        findings.push(tell({ what: "types", good: types.exitCode === 0, saw: types.printed || "no error" }));
        try {
          const before = await synthesizeAnew(join(path, "cdktf.out-before"));
          const after = await synthesizeAnew(join(path, "cdktf.out-after"), path);
          const { same, shown } = compareJson(before, after);
          const versions = `${awsVersionsOf(before)} → ${awsVersionsOf(after)}`;
          const saw = `${Object.keys(after).length} stacks, ${versions}, ${same ? "no other difference" : `and\n${shown}`}`;
          findings.push(tell({ what: "synthesized JSON", good: true, saw }));
        } catch (error) {
          const saw = error instanceof Error ? error.message : String(error);
          findings.push(tell({ what: "synthesized JSON", good: false, saw }));
        }
        return exitCode(findings);
      }),
    ),
  );
