import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../config/project";

/** Terraform JSON by stack id. */
export type Stacks = Readonly<Record<string, unknown>>;

/**
 * Runs `main.ts` in a process of its own: only there is the code on disk loaded anew.
 *
 * @param outdir folder that is written anew
 * @param project folder of the project, or of a copy of it
 * @throws Error with what it printed, if it failed
 */
export async function synthesizeAnew(outdir: string, project = projectPath()): Promise<Stacks> {
  rmSync(outdir, { recursive: true, force: true });
  const child = spawn(process.execPath, ["--import", "tsx", join(project, "main.ts")], {
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
  const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
    stacks: Record<string, { synthesizedStackPath: string }>;
  };
  return Object.fromEntries(
    Object.entries(stacks).map(([id, { synthesizedStackPath }]) => [
      id,
      JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8")),
    ]),
  );
}
