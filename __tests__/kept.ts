import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { projectPath } from "../config/project";

/**
 * What the same sources made of the same configuration is kept between test files and runs. A synth takes a fifth of a
 * second or more, and the tests ask for some hundred of them, many of them alike.
 */
const FOLDER = projectPath("node_modules/.cache/ecs-privatelink-tests");

/** Everything that a synth reads of this project. */
const SOURCES = ["config", "container", "lambda", "modules", "paths", "stacks"];

/** Folders of other sources: the newest are enough to go back and forth between two branches. */
const KEPT_FOLDERS = 3;

/** Jest's `globalSetup`: the test files of one run share the fingerprint of the sources. */
export default function setup(): void {
  const hash = createHash("sha256");
  const files = globSync(
    SOURCES.map((folder) => `${folder}/**`),
    { cwd: projectPath(), ignore: ["**/node_modules/**"], dot: true },
  );
  for (const file of [...files.sort(), "__tests__/synth.ts", "node_modules/.package-lock.json"])
    hash
      .update(`${file}\0`)
      .update(readFileSync(projectPath(file)))
      .update("\0");
  const folder = join(FOLDER, hash.digest("hex").slice(0, 16));
  mkdirSync(folder, { recursive: true });
  utimesSync(folder, new Date(), new Date());
  process.env.KEPT_SYNTHESES = folder;
  const others = readdirSync(FOLDER)
    .map((name) => join(FOLDER, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of others.slice(KEPT_FOLDERS)) rmSync(old, { recursive: true, force: true });
}

/**
 * Result of `make` for `input`, which must be all that it depends on besides the project's sources. Input that names a file
 * is not kept, since the file may change. An error is thrown each time.
 */
export function kept<Result>(input: unknown, make: () => Result): Result {
  const folder = process.env.KEPT_SYNTHESES;
  if (folder === undefined || namesFile(input)) return make();
  const key = createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 32);
  const file = join(folder, `${key}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Result;
  const result = make();
  const made = `${file}.${process.pid}`;
  writeFileSync(made, JSON.stringify(result));
  renameSync(made, file);
  return result;
}

/** Whether any text in it is the path of a file that is not among the sources. */
function namesFile(value: unknown): boolean {
  if (typeof value === "string")
    return (
      value.includes("/") &&
      value !== "/" &&
      value.length < 1024 &&
      !SOURCES.some((folder) => value === folder || value.startsWith(`${folder}/`)) &&
      existsSync(resolve(projectPath(), value))
    );
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(namesFile);
}
