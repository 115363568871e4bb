import { join } from "node:path";
import { Command } from "commander";
import { runCommand } from "../../engine/command";
import { synthesizeAnew } from "../watch/synthesize";
import { awsVersionsOf, compareJson, versionsOf } from "./json";
import { withDependencies } from "./project-copy";
import { exitCode, type Finding, lastLines, tell } from "./steps";

/** The continuation of CDKTF, under the old name. */
const CDKTN = "0.24.0";

export const command = new Command("cdktn")
  .description("The project on cdktn, in a copy: types, synthesized JSON, tests.")
  .action(() =>
    runCommand("migrate cdktn", (interruption) =>
      withDependencies({ cdktf: `npm:cdktn@${CDKTN}` }, interruption, async ({ path, run }) => {
        const findings: Finding[] = [];
        const types = await run("npx", "--no-install", "tsc", "--noEmit");
        findings.push(tell({ what: "types", good: types.exitCode === 0, saw: types.printed || "no error" }));

        const before = await synthesizeAnew(join(path, "cdktf.out-before"));
        const after = await synthesizeAnew(join(path, "cdktf.out-after"), path);
        const { same, shown } = compareJson(before, after);
        const versions = `${versionsOf(before)} → ${versionsOf(after)}`;
        const saw = same
          ? `${Object.keys(after).length} stacks identical but for the version, ${versions}`
          : `stacks differ (${versions})\n${shown}`;
        findings.push(
          tell({
            what: "synthesized JSON",
            good: same && versionsOf(after) === CDKTN && awsVersionsOf(before) === awsVersionsOf(after),
            saw,
          }),
        );

        const tests = await run("npm", "test");
        findings.push(tell({ what: "npm test", good: tests.exitCode === 0, saw: lastLines(tests.printed, 15) }));
        return exitCode(findings);
      }),
    ),
  );
