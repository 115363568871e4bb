import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { projectPath } from "../../../config/project";
import { runCommand } from "../../../engine/command";
import type { Interruption } from "../../../engine/terraform/interruption";
import { runProcess } from "../../../engine/terraform/process";
import { type LockedPackages, licenceProblems, lockFileProblems } from "./lock-file";
import { pythonBill } from "./python-bill";

const LOCK_FILES = ["package-lock.json", "container/package-lock.json"];
const REQUIREMENTS = ["proof/emulated-aws/requirements.txt", "upkeep/check/scan/requirements.txt"];

export const command = new Command("supply-chain")
  .description(
    "Checks lock files and licences of dependencies, asks the registry for known vulnerabilities, and writes bills of materials (CycloneDX).",
  )
  .option("--out <folder>", "folder for the bills of materials", "dist/sbom")
  .action(({ out }: { readonly out: string }) =>
    runCommand("check supply-chain", (interruption) => run(out, interruption)),
  );

async function run(output: string, interruption: Interruption): Promise<number> {
  const results = LOCK_FILES.flatMap((file) => {
    const { packages } = JSON.parse(readFileSync(projectPath(file), "utf8")) as { packages: LockedPackages };
    return [
      show(`${file}: versions, hashes, origin`, lockFileProblems(packages)),
      show(`${file}: licences`, licenceProblems(packages)),
    ];
  });
  results.push(await audit(interruption));
  await writeBills(output, interruption);
  console.log(`✔ bills of materials in ${output}`);
  return results.every(Boolean) ? 0 : 1;
}

function show(title: string, problems: readonly string[]): boolean {
  console.log(`${problems.length === 0 ? "✔" : "✖"} ${title}${problems.map((each) => `\n  ${each}`).join("")}`);
  return problems.length === 0;
}

interface Audit {
  readonly error?: unknown;
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

/** Vulnerabilities of high or critical severity fail. */
async function audit(interruption: Interruption): Promise<boolean> {
  const { stdout } = await npm(["audit", "--json"], interruption);
  let answer: Audit = {};
  try {
    answer = JSON.parse(stdout) as Audit;
  } catch {
    // Said below.
  }
  if (answer.vulnerabilities === undefined) {
    console.log("– npm audit: skipped, the registry answers no audits");
    return true;
  }
  const grave = Object.entries(answer.vulnerabilities)
    .filter(([, { severity }]) => ["high", "critical"].includes(severity))
    .map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  return show("npm audit: nothing of high severity", grave);
}

async function writeBills(output: string, interruption: Interruption): Promise<void> {
  const folder = projectPath(output);
  mkdirSync(folder, { recursive: true });
  const { exitCode, stdout, stderr } = await npm(["sbom", "--sbom-format", "cyclonedx"], interruption);
  if (exitCode !== 0) throw new Error(`npm sbom failed: ${stderr.trim().split("\n").at(-1)}`);
  writeFileSync(join(folder, "npm.cdx.json"), stdout);
  const bill = pythonBill(REQUIREMENTS.map((file) => readFileSync(projectPath(file), "utf8")));
  writeFileSync(join(folder, "python.cdx.json"), JSON.stringify(bill, undefined, 2));
}

function npm(args: readonly string[], interruption: Interruption) {
  const path = process.env.npm_execpath;
  const [command, first] = path?.endsWith(".js") ? [process.execPath, [path]] : ["npm", []];
  return runProcess(command, [...first, ...args], { cwd: projectPath(), env: process.env, interruption });
}
