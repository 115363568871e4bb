import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { projectPath } from "../../config/project";
import { isAtLeast, MINIMUM_PYTHON } from "../../engine/minimum-versions";
import { lock } from "../../engine/terraform/lock-file";

const run = promisify(execFile);
/** Python packages that go together. */
export interface PythonPackages {
  /** Who needs them, as it stands in messages. */
  readonly title: string;
  /** Path of a requirements.txt that pins every package. */
  readonly requirements: string;
  /** Folder of their environments, shared with nothing else. */
  readonly home: string;
}

const EMULATOR: PythonPackages = {
  title: "the emulated AWS",
  requirements: projectPath("proof/emulated-aws/requirements.txt"),
  home: projectPath(".rehearsal/python"),
};

/**
 * Makes a private Python environment, that of the emulator by default, once for each state of requirements.txt, and returns the path
 * of its interpreter. Safe to call from several processes at once; an interrupted installation starts again.
 * @param log gets a line when there is something to wait for
 * @throws Error of one sentence when Python is missing or too old, or when the packages can't be installed
 */
export async function ensurePythonEnvironment(
  log: (line: string) => void,
  packages: PythonPackages = EMULATOR,
): Promise<string> {
  const { home, requirements } = packages;
  const stamp = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const environment = join(home, stamp);
  const python = join(environment, "bin", "python");
  if (existsSync(python)) return python;

  await mkdir(home, { recursive: true });
  const unlock = await lock(join(home, `${stamp}.lock`));
  try {
    if (!existsSync(python)) {
      await rm(environment, { recursive: true, force: true });
      await install(await findPython(packages), environment, packages, log);
    }
    return python;
  } finally {
    await unlock();
  }
}

/** Builds beside the final place and moves the whole there, so that a half-made environment is never found. */
async function install(
  python: string,
  environment: string,
  { title, requirements, home }: PythonPackages,
  log: (line: string) => void,
): Promise<void> {
  const began = Date.now();
  const building = `${environment}.${randomUUID().slice(0, 8)}.building`;
  await removeOthers(home);
  log(`installing Python packages for ${title} into .rehearsal/${basename(home)}`);
  try {
    await run(python, ["-m", "venv", building]);
    // no compiling: most of what moto brings is never imported here
    const options = ["--no-deps", "--no-compile", "--quiet", "--disable-pip-version-check"];
    await run(join(building, "bin", "python"), ["-m", "pip", "install", ...options, "-r", requirements]);
    await rename(building, environment);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw new Error(`the Python packages for ${title} could not be installed with ${python}: ${lastLines(error)}`);
  }
  log(`installed the Python packages for ${title} in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** Environments of an earlier requirements.txt and remains of interrupted installations. */
async function removeOthers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.endsWith(".lock")) await rm(join(home, name), { recursive: true, force: true });
  }
}

function lastLines(error: unknown): string {
  const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
  const text = [stderr, stdout].map((each) => each?.trim()).filter(Boolean)[0] ?? message;
  return text.split("\n").slice(-3).join(" | ");
}

/** The first interpreter that is new enough; the PYTHON environment variable names one. */
async function findPython({ title }: PythonPackages): Promise<string> {
  const named = process.env.PYTHON;
  const candidates = named ? [named] : ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
  const tried: string[] = [];
  for (const candidate of candidates) {
    try {
      const { stdout } = await run(candidate, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
      if (isAtLeast(stdout, MINIMUM_PYTHON)) return candidate;
      tried.push(`${candidate} is ${stdout.trim()}`);
    } catch {
      if (named) tried.push(`PYTHON=${named} can't be run`);
    }
  }
  const found = tried.length > 0 ? tried.join(", ") : "none found";
  throw new Error(
    `${title} needs Python ${MINIMUM_PYTHON} or newer (${found}): install python3 with its venv module, or name an interpreter in the PYTHON environment variable`,
  );
}
