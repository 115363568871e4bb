import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { projectPath } from "../config/project";
import { bundleLambda, zip } from "./build";
import { bundleDirectory, bundlesOf } from "./bundle";
import { type FunctionName, packagePath } from "./functions";

/** Puts the file in place in one step, so that builds side by side do not see half a file. */
function place(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = mkdtempSync(projectPath("dist/.build-"));
  writeFileSync(join(temporary, "file"), content);
  renameSync(join(temporary, "file"), file);
  rmSync(temporary, { recursive: true });
}

/** Builds a function's bundle, and unless `bundleOnly` a zip file of it for `prebuiltPackage`. */
export async function buildLambda(name: FunctionName, bundleOnly: boolean): Promise<void> {
  const directory = bundleDirectory(name);
  const bundles = bundlesOf(name);
  const file = join(directory, "index.js");
  if (!existsSync(file)) place(file, await bundleLambda(name));
  for (const other of readdirSync(bundles)) {
    if (join(bundles, other) !== directory) rmSync(join(bundles, other), { recursive: true, force: true });
  }
  const bundle = readFileSync(file);
  console.log(`${relative(projectPath(), file)}: ${bundle.length} bytes`);
  if (bundleOnly) return;
  const zipped = zip({ "index.js": bundle });
  place(projectPath(packagePath(name)), zipped);
  console.log(`${packagePath(name)}: ${zipped.length} bytes`);
}
