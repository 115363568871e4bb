import { join } from "node:path";
import { projectPath } from "../../../config/project";
import { ensurePythonEnvironment } from "../../../proof/lab/python-environment";

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
