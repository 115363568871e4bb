import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = join(__dirname, "..");
const SOURCES = join(ROOT, "lambda/alb-ip-sync");
const BUILD_SCRIPT = join(ROOT, "operations/build-lambda.ts");

/** What the bundle is made of; any change makes another key. */
function bundleKey(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(SOURCES)
    .sort()
    .map((name) => join(SOURCES, name));
  for (const file of [...sources, BUILD_SCRIPT, join(ROOT, "package-lock.json")]) {
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

/** Where the bundles are, one folder for each state of the sources. */
export const BUNDLES = join(ROOT, "dist/alb-ip-sync");

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
    execFileSync(process.execPath, ["--import", "tsx", BUILD_SCRIPT, "--bundle-only"], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return directory;
}
