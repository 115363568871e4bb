import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../config/project";
import { readStackJsons, readStacks } from "../../synth/stacks";

/** Terraform JSON by stack id. */
export type Stacks = Readonly<Record<string, unknown>>;

/**
 * Synthesizes in a process of its own: only there is the code on disk loaded again.
 *
 * @param outdir folder that is overwritten
 * @param project folder of the project, or of a copy of it
 * @throws Error with what it printed, if it failed
 */
export async function synthesizeAnew(outdir: string, project = projectPath()): Promise<Stacks> {
  rmSync(outdir, { recursive: true, force: true });
  const child = spawn(process.execPath, [join(project, "synth/bundled.mjs")], {
    cwd: project,
    env: { ...process.env, CDKTF_OUTDIR: outdir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => printed.push(data));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (exitCode !== 0) throw new Error(Buffer.concat(printed).toString().trim());
  return readStackJsons(readStacks(outdir));
}
