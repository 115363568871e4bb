import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Interruption } from "../../../engine/terraform/interruption";
import { runProcess } from "../../../engine/terraform/process";
import type { Finding } from "../../../proof/report/scan-record";
import { policiesOf, sampleJson } from "./policies";
import { placeOf, type ScannedStack } from "./stack-json";

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
    // Its parser stumbles over required_version (checkov issue 7454) and over a list of import blocks.
    const { terraform: _, import: _imports, ...rest } = json;
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

function jsonOf<T>(tool: string, stdout: string, stderr: string): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`${tool} ended without a report: ${stderr.trim().split("\n").at(-1) ?? "it said nothing"}`);
  }
}
