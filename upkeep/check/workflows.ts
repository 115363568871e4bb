import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { projectPath } from "../../config/project";
import { runCommand } from "../../engine/command";
import type { Interruption } from "../../engine/terraform/interruption";
import { runProcess } from "../../engine/terraform/process";

const ZIZMOR = "1.32.0";
const run = promisify(execFile);

export const command = new Command("workflows")
  .description(
    "Lints the pipelines: zizmor (security) from a Python environment of its own, and actionlint (syntax, types, shell) where it is installed.",
  )
  .action(() => runCommand("check workflows", lintWorkflows));

async function lintWorkflows(interruption: Interruption): Promise<number> {
  const zizmor = await findZizmor();
  const linters: readonly { name: string; command: string | undefined; args: readonly string[] }[] = [
    { name: `zizmor ${ZIZMOR}`, command: zizmor, args: ["--offline", "--no-progress", ".github"] },
    { name: "actionlint", command: await inPath("actionlint"), args: [] },
  ];
  let exitCode = 0;
  for (const { name, command, args } of linters) {
    if (command === undefined) {
      console.log(`– ${name}: skipped, not installed`);
      continue;
    }
    const options = { cwd: projectPath(), env: process.env, interruption };
    const result = await runProcess(command, args, options);
    console.log(result.exitCode === 0 ? `✔ ${name}` : `✖ ${name}\n${result.stdout}\n${result.stderr}`);
    exitCode ||= result.exitCode;
  }
  return exitCode === 0 ? 0 : 1;
}

/** Installs it once; undefined where Python or the package is not available. */
async function findZizmor(): Promise<string | undefined> {
  const environment = projectPath(`.rehearsal/zizmor-${ZIZMOR}`);
  const program = join(environment, "bin/zizmor");
  if (existsSync(program)) return program;
  try {
    await run("python3", ["-m", "venv", environment]);
    await run(join(environment, "bin/python"), ["-m", "pip", "install", "--quiet", "--no-deps", `zizmor==${ZIZMOR}`]);
    return program;
  } catch (error) {
    console.log(
      `  ${String((error as { stderr?: string }).stderr || error)
        .trim()
        .split("\n")
        .at(-1)}`,
    );
    return undefined;
  }
}

async function inPath(program: string): Promise<string | undefined> {
  return run(program, ["-version"]).then(
    () => program,
    () => undefined,
  );
}
