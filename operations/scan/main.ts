import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Command } from "commander";
import { loadConfiguration } from "../../config/load";
import { projectPath } from "../../config/project";
import { runCommand } from "../command";
import type { Interruption } from "../terraform/interruption";
import { type Finding, type Judgement, judge, readAccepted, type Scanner } from "./findings";
import { type ScanRecord, writeScan } from "./record";
import { checkov, parliament, type ScanOptions, tfsec } from "./scanners";
import { scannedStacks } from "./stack-json";
import { findPythonScanners, findTfsec, type Tool } from "./tools";

const ACCEPTED = projectPath("operations/scan/accepted-findings.yaml");

void new Command("npm run scan --")
  .description(
    "Scans the Terraform JSON of every stack, and lints its policies. A finding fails unless " +
      "operations/scan/accepted-findings.yaml lists it with a reason; an entry there that no longer occurs fails, too.",
  )
  .action(() => runCommand("scan", scan))
  .parseAsync();

async function scan(interruption: Interruption): Promise<number> {
  const accepted = readAccepted(readFileSync(ACCEPTED, "utf8"), relative(projectPath(), ACCEPTED));
  const folder = mkdtempSync(join(tmpdir(), "scan-"));
  try {
    const synth = join(folder, "synth");
    mkdirSync(synth);
    const stacks = scannedStacks(loadConfiguration(), synth);
    console.log(`${stacks.length} stacks`);
    const options = { stacks, folder, interruption };
    const python = findPythonScanners((line) => console.log(line));
    const scanners: readonly [Scanner, Promise<Tool>, (program: string, options: ScanOptions) => Promise<Finding[]>][] =
      [
        ["checkov", python, checkov],
        ["tfsec", findTfsec(), tfsec],
        ["parliament", python, parliament],
      ];
    const findings: Finding[] = [];
    const ran = new Set<Scanner>();
    const told: ScanRecord["scanners"][number][] = [];
    for (const [name, finding, work] of scanners) {
      const tool = await finding;
      if ("missing" in tool) {
        console.log(`– ${name}: skipped, ${tool.missing}`);
        told.push({ name, missing: tool.missing });
        continue;
      }
      const begin = Date.now();
      const found = await work(tool.program, options);
      ran.add(name);
      findings.push(...found);
      told.push({ name, findings: found.length });
      console.log(`✔ ${name}: ran, ${found.length} findings (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
    }
    const judgement = judge(findings, accepted, ran);
    writeScan({ ended: Date.now(), scanners: told, accepted: judgement.accepted, unlisted: judgement.unlisted });
    return report(judgement, ran);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report({ unlisted, stale, twice, accepted: count }: Judgement, ran: Set<Scanner>): number {
  for (const { check, place, says } of unlisted) console.log(`✖ ${check} at ${place}: ${says}`);
  for (const each of stale) console.log(`✖ listed, but does not occur: ${each}`);
  for (const each of twice) console.log(`✖ listed twice: ${each}`);
  const file = relative(projectPath(), ACCEPTED);
  console.log(
    `${count} accepted, ${unlisted.length} not listed, ${stale.length + twice.length} entries to remove from ${file}`,
  );
  if (unlisted.length > 0) console.log("Mend what a finding is right about; else list it there, with the reason.");
  if (ran.size === 0) console.log("No scanner ran: nothing is proven.");
  return unlisted.length + stale.length + twice.length === 0 && ran.size > 0 ? 0 : 1;
}
