import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TerraformBinary } from "../../engine/terraform/binary";
import type { Interruption } from "../../engine/terraform/interruption";
import { runProcess } from "../../engine/terraform/process";
import type { Providers } from "../../engine/terraform/providers";
import { STACK_JSON } from "../../synth/stacks";
import { asModule } from "./terraform-json";

export interface TerraformTestOptions {
  /** By path; test files are in `tests/`, and a stack's JSON is a module of them. */
  readonly files: Readonly<Record<string, string>>;
  /** Empty folder to write them to, absolute. */
  readonly folder: string;
  readonly binary: TerraformBinary;
  readonly providers: Pick<Providers, "env" | "lockFile">;
  readonly interruption?: Interruption;
}

/** How Terraform says a run of a test file ended. */
interface Event {
  readonly type: string;
  readonly "@testrun"?: string;
  readonly test_run?: { readonly run: string; readonly progress: string; readonly status?: string };
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

/**
 * Runs real `terraform test`.
 *
 * @returns by name of the run: `pass`, or what Terraform says is wrong
 * @throws Error if the files can't be initialized
 */
export async function terraformTest(options: TerraformTestOptions): Promise<Record<string, string>> {
  const { binary, files, folder, interruption, providers } = options;
  for (const [path, text] of Object.entries({ ...files, ".terraform.lock.hcl": providers.lockFile })) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path.endsWith(STACK_JSON) ? JSON.stringify(asModule(JSON.parse(text))) : text);
  }
  const terraform = (...args: string[]) =>
    runProcess(binary.command, args, {
      cwd: folder,
      env: { ...process.env, ...providers.env },
      ...(interruption && { interruption }),
    });
  const init = await terraform("init", "-backend=false", "-input=false", "-no-color");
  if (init.exitCode !== 0) throw new Error(`terraform init failed: ${init.stderr}`);
  return outcomes((await terraform("test", "-json")).stdout);
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
