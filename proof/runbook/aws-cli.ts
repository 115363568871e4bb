import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectPath } from "../../config/project";
import { ensurePythonEnvironment } from "../lab/python-environment";

/**
 * Installs the AWS CLI, whatever this machine has, and puts it into a folder where it stands alone.
 *
 * @param folder absolute, is made
 */
export async function putAwsCli(folder: string, log: (line: string) => void): Promise<void> {
  const python = await ensurePythonEnvironment(log, {
    title: "the AWS CLI",
    requirements: join(__dirname, "requirements.txt"),
    home: projectPath(".rehearsal/python-aws-cli"),
  });
  mkdirSync(folder);
  symlinkSync(join(dirname(python), "aws"), join(folder, "aws"));
}
