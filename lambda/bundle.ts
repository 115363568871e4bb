import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { projectPath } from "../config/project";

const SOURCES = projectPath("lambda/alb-ip-sync");
const BUILDER = projectPath("lambda/build.ts");

/** What the bundle is made of; any change makes another key. */
function bundleKey(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(SOURCES)
    .sort()
    .map((name) => join(SOURCES, name));
  for (const file of [...sources, BUILDER, projectPath("package-lock.json")]) {
    hash
      .update(`${relative(projectPath(), file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

/** Where the bundles are, one folder for each state of the sources. */
export const BUNDLES = projectPath("dist/alb-ip-sync");

/** Folder that holds nothing but `index.js`, for the sources as they are now. */
export const bundleDirectory = (): string => join(BUNDLES, bundleKey());

/**
 * Builds the sync Lambda unless its sources have not changed since the last build.
 *
 * @returns the folder to package: it holds `index.js`, whose `handler` is the function's handler.
 */
export function ensureLambdaBundle(): string {
  const directory = bundleDirectory();
  if (!existsSync(join(directory, "index.js"))) {
    // esbuild's plugins are asynchronous and a construct is not: hence a process of its own.
    execFileSync(process.execPath, ["--import", "tsx", projectPath("operations/build-lambda.ts"), "--bundle-only"], {
      cwd: projectPath(),
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return directory;
}
