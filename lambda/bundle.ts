import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { projectPath } from "../config/project";
import type { FunctionName } from "./functions";

const SOURCES = projectPath("lambda");

/** What the bundles are made of; any change makes another key. */
function bundleKey(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(SOURCES, name));
  for (const file of [...sources, projectPath("package-lock.json")]) {
    hash
      .update(`${relative(projectPath(), file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

/** Where a function's bundles are, one folder for each state of the sources. */
export const bundlesOf = (name: FunctionName): string => projectPath("dist", name);

/** Folder that holds nothing but `index.js`, for the sources as they are now. */
export const bundleDirectory = (name: FunctionName): string => join(bundlesOf(name), bundleKey());

/**
 * Builds a function unless the sources have not changed since the last build.
 *
 * @returns the folder to package: it holds `index.js`, whose `handler` is the function's handler.
 */
export function ensureLambdaBundle(name: FunctionName): string {
  const directory = bundleDirectory(name);
  if (!existsSync(join(directory, "index.js"))) {
    // esbuild's plugins are asynchronous and a construct is not: hence a process of its own.
    execFileSync(process.execPath, ["--import", "tsx", projectPath("lambda/build-bundle.ts"), name], {
      cwd: projectPath(),
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return directory;
}
