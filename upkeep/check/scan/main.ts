import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../../../config/load";
import { projectPath } from "../../../config/project";
import { inTemporaryFolder } from "../../../config/temporary-folder";
import { runCommand } from "../../../engine/command";
import type { Interruption } from "../../../engine/terraform/interruption";
import { count, duration } from "../../../engine/words";
import { type Finding, type ScanRecord, writeScan } from "../../../proof/report/scan-record";
import { type Judgement, judge, readAccepted, type Scanner } from "./findings";
import { checkov, parliament, type ScanOptions } from "./scanners";
import { scannedStacks } from "./stack-json";
import { findPythonScanners, type Tool } from "./tools";

const ACCEPTED = projectPath("upkeep/check/scan/accepted-findings.yaml");

export const command = new Command("scan")
  .description(
    "Scans the Terraform JSON of every stack, and lints its policies. A finding fails unless " +
      "upkeep/check/scan/accepted-findings.yaml lists it with a reason; an entry there that no longer occurs also fails.",
  )
  .option("--require-all", "fail where a scanner cannot be installed, as a pipeline should", false)
  .action(({ requireAll }: { readonly requireAll: boolean }) =>
    runCommand("check scan", (interruption) => scan(requireAll, interruption)),
  );

async function scan(requireAll: boolean, interruption: Interruption): Promise<number> {
  const accepted = readAccepted(readFileSync(ACCEPTED, "utf8"), relative(projectPath(), ACCEPTED));
  return inTemporaryFolder("scan", async (folder) => {
    const synth = join(folder, "synth");
    mkdirSync(synth);
    const stacks = scannedStacks(loadConfiguration(), synth);
    console.log(count(stacks.length, "stack"));
    const options = { stacks, folder, interruption };
    const python = findPythonScanners((line) => console.log(line));
    const scanners: readonly [Scanner, Promise<Tool>, (program: string, options: ScanOptions) => Promise<Finding[]>][] =
      [
        ["checkov", python, checkov],
        ["parliament", python, parliament],
      ];
    const findings: Finding[] = [];
    const ran = new Set<Scanner>();
    const told: ScanRecord["scanners"][number][] = [];
    for (const [name, finding, work] of scanners) {
      const tool = await finding;
      if ("missing" in tool) {
        console.log(`${requireAll ? "✖" : "–"} ${name}: not available (${tool.missing})`);
        told.push({ name, missing: tool.missing });
        continue;
      }
      const begin = Date.now();
      const found = await work(tool.program, options);
      ran.add(name);
      findings.push(...found);
      told.push({ name, findings: found.length });
      console.log(`✔ ${name}: ran, ${count(found.length, "finding")} (${duration(Date.now() - begin)})`);
    }
    const judgement = judge(findings, accepted, ran);
    writeScan({ ended: Date.now(), scanners: told, accepted: judgement.accepted, unlisted: judgement.unlisted });
    const complete = !requireAll || scanners.every(([name]) => ran.has(name));
    if (!complete) console.log("--require-all: a scanner is not available, so that the scan is incomplete.");
    return complete ? report(judgement, ran) : 1;
  });
}

function report({ unlisted, stale, twice, accepted }: Judgement, ran: Set<Scanner>): number {
  for (const { check, place, says } of unlisted) console.log(`✖ ${check} at ${place}: ${says}`);
  for (const each of stale) console.log(`✖ listed, but does not occur: ${each}`);
  for (const each of twice) console.log(`✖ listed twice: ${each}`);
  const file = relative(projectPath(), ACCEPTED);
  const total = accepted + unlisted.length;
  const removable = stale.length + twice.length;
  console.log(
    `${count(total, "finding")}, ${accepted} accepted with a reason; ${unlisted.length} new; ${count(removable, "entry", "entries")} to remove from ${file}`,
  );
  if (unlisted.length > 0) console.log("Fix valid findings; accept others in that file, with the reason.");
  if (ran.size === 0) console.log("No scanner could run.");
  return unlisted.length + stale.length + twice.length === 0 && ran.size > 0 ? 0 : 1;
}
