import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Interruption } from "../terraform/interruption";
import { runProcess } from "../terraform/process";
import type { Finding } from "./findings";
import { policiesOf, sampleJson } from "./policies";
import { placeOf, type ScannedStack } from "./stack-json";
import { inTerraformLanguage } from "./terraform-language";

export interface ScanOptions {
  readonly stacks: readonly ScannedStack[];
  /** Folder for copies of the stacks. */
  readonly folder: string;
  readonly interruption?: Interruption;
}

/** Resources that checkov has to read; fewer than there are would mean that it gave up on a file. */
interface CheckovReport {
  readonly results: {
    readonly failed_checks: readonly CheckovRecord[];
    readonly passed_checks: readonly CheckovRecord[];
    readonly parsing_errors: readonly string[];
  };
}

interface CheckovRecord {
  readonly check_id: string;
  readonly check_name: string;
  readonly file_path: string;
  readonly resource: string;
}

/** @throws Error if it could not read one of the stacks */
export async function checkov(python: string, { stacks, folder, interruption }: ScanOptions): Promise<Finding[]> {
  for (const { id, json } of stacks) {
    const directory = join(folder, "checkov", id);
    mkdirSync(directory, { recursive: true });
    // Its parser stumbles over required_version (checkov issue 7454).
    const { terraform: _, ...rest } = json;
    writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(rest));
  }
  const args = ["--directory", join(folder, "checkov"), "--framework", "terraform_json"];
  const { stdout, stderr } = await runProcess(
    python,
    ["-m", "checkov.main", ...args, "--compact", "--skip-download", "--output", "json"],
    {
      cwd: folder,
      env: { ...process.env, LOG_LEVEL: "ERROR" },
      interruption,
    },
  );
  const report = jsonOf<CheckovReport>("checkov", stdout, stderr).results;
  if (report === undefined) throw new Error("checkov found no Terraform JSON");
  const stackOf = ({ file_path }: CheckovRecord) => stacks.find(({ id }) => file_path.split("/").includes(id));
  const placeIn = (record: CheckovRecord) => {
    const stack = stackOf(record);
    return stack === undefined ? record.resource : placeOf(stack, record.resource);
  };
  const read = new Set([...report.failed_checks, ...report.passed_checks].map((record) => stackOf(record)?.id));
  const unread = stacks.filter(({ id }) => !read.has(id)).map(({ id }) => id);
  if (unread.length > 0) throw new Error(`checkov did not read ${unread.join(", ")}`);
  return report.failed_checks.map((record) => ({
    check: record.check_id,
    place: placeIn(record),
    says: record.check_name,
  }));
}

interface TfsecRecord {
  readonly rule_id: string;
  readonly rule_description: string;
  readonly resource: string;
  readonly location: { readonly filename: string };
}

/** @throws Error if it could not read one of the stacks */
export async function tfsec(program: string, { stacks, folder, interruption }: ScanOptions): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const stack of stacks) {
    const directory = join(folder, "tfsec", stack.id);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "stack.tf"), inTerraformLanguage(stack.json));
    const args = [directory, "--format", "json", "--no-color", "--no-module-downloads", "--soft-fail"];
    const { exitCode, stdout, stderr } = await runProcess(program, args, {
      cwd: folder,
      env: process.env,
      interruption,
    });
    if (exitCode !== 0) throw new Error(`tfsec did not read ${stack.id}: ${stderr.trim().split("\n").at(-1)}`);
    const { results } = jsonOf<{ results: readonly TfsecRecord[] | null }>("tfsec", stdout, stderr);
    for (const { rule_id, rule_description, resource } of results ?? []) {
      found.push({ check: rule_id, place: placeOf(stack, resource), says: rule_description });
    }
  }
  return distinct(found);
}

/** @throws Error if it gave up */
export async function parliament(python: string, { stacks, folder, interruption }: ScanOptions): Promise<Finding[]> {
  const policies = stacks.flatMap(policiesOf);
  const input = policies.map((policy) => ({ place: policy.place, kind: policy.kind, policy: sampleJson(policy) }));
  const { stdout, stderr } = await runProcess(python, [join(__dirname, "lint_policies.py")], {
    cwd: folder,
    env: process.env,
    input: JSON.stringify(input),
    interruption,
  });
  return jsonOf<Finding[]>("parliament", stdout, stderr);
}

/** A policy with two such statements is one finding of the same rule at the same place. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.check} ${finding.place}`, finding])).values()];
}

function jsonOf<T>(tool: string, stdout: string, stderr: string): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`${tool} ended without a report: ${stderr.trim().split("\n").at(-1) ?? "it said nothing"}`);
  }
}
