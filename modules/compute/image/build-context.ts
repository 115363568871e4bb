import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
} from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import dockerignore from "@balena/dockerignore";
import { ConfigurationError } from "../../../config/problem";

/** One file of a Docker build context. */
export interface ContextFile {
  /** Path inside the context, with `/`. */
  readonly path: string;
  /** Git keeps no other part of the mode, so no other part is the same in each clone. */
  readonly executable: boolean;
}

/**
 * Lists the files that a build gets: what `.dockerignore` leaves, and the Dockerfile whatever it says.
 * Folders without files don't count, since Git has none.
 *
 * @param context folder
 * @param dockerfile relative to the context
 * @returns sorted by path
 * @throws ConfigurationError if folder or Dockerfile is missing, at a link, a special file or one that is not readable
 */
export function listContextFiles(context: string, dockerfile = "Dockerfile"): readonly ContextFile[] {
  if (!existsSync(context))
    throw refusal(context, "no folder", "a folder", "create it, or correct application.image.build");
  if (!existsSync(join(context, dockerfile))) {
    throw refusal(
      join(context, dockerfile),
      "no file",
      "a Dockerfile",
      "create it, or correct application.image.build",
    );
  }
  const patterns = readPatterns(join(context, ".dockerignore"));
  const ignored = dockerignore().add(patterns);
  // With an exception ("!…") anything below an ignored folder may come back.
  const mayPrune = !patterns.some((pattern) => pattern.startsWith("!"));
  const files: ContextFile[] = [];

  const walk = (folder: string) => {
    for (const entry of readdirSync(join(context, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      const leftOut = path !== dockerfile && ignored.ignores(path);
      if (entry.isDirectory()) {
        if (!leftOut || !mayPrune || dockerfile.startsWith(`${path}/`)) walk(path);
      } else if (!leftOut && path !== ".dockerignore") {
        const stat = lstatSync(join(context, path));
        if (!stat.isFile()) throw refusal(join(context, path), ...notRegular(stat));
        if (!isReadable(join(context, path))) {
          throw refusal(
            join(context, path),
            "a file that is not readable",
            "readable files",
            "run: chmod u+r, or add it to .dockerignore",
          );
        }
        files.push({ path, executable: (stat.mode & 0o100) !== 0 });
      }
    }
  };
  walk("");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const notRegular = (stat: Stats) =>
  [
    stat.isSymbolicLink() ? "a symbolic link" : "a special file",
    "regular files: a link leads elsewhere in the engine",
    "replace it with a regular file, or add it to .dockerignore",
  ] as const;

function refusal(path: string, given: string, allowed: string, fix: string): ConfigurationError {
  const file = relative(process.cwd(), path);
  return new ConfigurationError([{ file: file.startsWith("..") ? path : file, path: "", given, allowed, fix }]);
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Copies a build context: only the files that count, with the same modes in each clone, so that what is sent to the
 * Docker engine is the same everywhere. The target is recreated.
 */
export function copyContext(context: string, target: string, dockerfile = "Dockerfile"): void {
  const files = listContextFiles(context, dockerfile);
  mkdirSync(dirname(target), { recursive: true });
  // Complete before it is in its place: two commands may do this at once.
  const building = mkdtempSync(`${target}.`);
  for (const { path, executable } of files) {
    const copy = join(building, path);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(context, path), copy);
    chmodSync(copy, executable ? 0o755 : 0o644);
  }
  rmSync(target, { recursive: true, force: true, maxRetries: 5 });
  try {
    renameSync(building, target);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    // Another command was faster.
    if (!existsSync(target)) throw error;
  }
}

function readPatterns(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
