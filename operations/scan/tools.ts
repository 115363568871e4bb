import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectPath } from "../../config/project";
import { ensurePythonEnvironment } from "../emulator/python-environment";

const TFSEC = "1.28.14";
const INSTALL_TIMEOUT_MS = 300_000;
const run = promisify(execFile);

/** A scanner's program, or why it is not there. */
export type Tool = { readonly program: string } | { readonly missing: string };

/** Interpreter of the Python environment that has checkov and parliament. */
export async function findPythonScanners(log: (line: string) => void): Promise<Tool> {
  try {
    const packages = {
      title: "the scanners",
      requirements: join(__dirname, "requirements.txt"),
      home: projectPath(".rehearsal/python-scan"),
    };
    return { program: await ensurePythonEnvironment(log, packages) };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** tfsec, built once by Go from its module. */
export async function findTfsec(): Promise<Tool> {
  const folder = projectPath(`.rehearsal/tfsec-${TFSEC}`);
  const program = join(folder, "tfsec");
  if (existsSync(program)) return { program };
  try {
    await mkdir(folder, { recursive: true });
    await run("go", ["install", `github.com/aquasecurity/tfsec/cmd/tfsec@v${TFSEC}`], {
      // A program that was built for the same machine needs no C compiler.
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: "0", GOFLAGS: "" },
      timeout: INSTALL_TIMEOUT_MS,
    });
    return { program };
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    if (code === "ENOENT") return { missing: "Go, which builds it, is not installed" };
    return { missing: (stderr?.trim() || String(error)).split("\n").slice(-1)[0] ?? "not built" };
  }
}
