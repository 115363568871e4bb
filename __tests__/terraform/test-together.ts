import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectPath } from "../../config/project";
import { findTerraform } from "../../engine/terraform/binary";
import { prepareProviders } from "../../engine/terraform/providers";
import { asModule } from "../../proof/validate-random/as-module";
import { STACK_JSON } from "../../synth/stacks";

/** How Terraform says a run of a test file went. */
interface Event {
  readonly type: string;
  readonly "@testrun"?: string;
  readonly test_run?: { readonly run: string; readonly progress: string; readonly status?: string };
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

/**
 * Runs real `terraform test` on some files with the AWS provider that the project uses.
 *
 * @param files by path; test files are in `tests/`
 * @returns by name of the run: `pass`, or what Terraform says is wrong
 */
export async function testTogether(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const binary = await findTerraform();
  const folder = mkdtempSync(join(tmpdir(), "terraform-test-"));
  try {
    const providers = await prepareProviders({
      binary,
      requirements: [{ source: "registry.terraform.io/hashicorp/aws", version: "5.100.0" }],
      // Not the folder of the other tests, which may run at the same time.
      folder: projectPath(".rehearsal", "providers-of-terraform-test"),
    });
    for (const [path, text] of Object.entries({ ...files, ".terraform.lock.hcl": providers.lockFile })) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      // Stacks are modules of the test.
      writeFileSync(file, path.endsWith(STACK_JSON) ? JSON.stringify(asModule(JSON.parse(text))) : text);
    }
    const terraform = (...args: string[]) =>
      spawnSync(binary.command, args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...providers.env } });
    const init = terraform("init", "-backend=false", "-input=false", "-no-color");
    if (init.status !== 0) throw new Error(`terraform init failed: ${init.stderr}`);
    return outcomes(terraform("test", "-json").stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomes(lines: string): Record<string, string> {
  const runs: Record<string, string> = {};
  const said: Record<string, string[]> = {};
  for (const line of lines.split("\n").filter(Boolean)) {
    const event = JSON.parse(line) as Event;
    const { diagnostic, test_run: run } = event;
    if (run?.progress === "complete") runs[run.run] = run.status ?? "";
    if (diagnostic?.severity === "error") {
      const where = event["@testrun"] ?? "file";
      said[where] = [...(said[where] ?? []), `${diagnostic.summary}: ${diagnostic.detail}`];
    }
  }
  return { ...runs, ...Object.fromEntries(Object.entries(said).map(([run, texts]) => [run, texts.join("\n")])) };
}
