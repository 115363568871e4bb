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
import { bundleLambda, zip } from "../lambda/build";
import { BUNDLES, bundleDirectory } from "../lambda/bundle";

const ZIP = projectPath("dist/alb-ip-sync.zip");

/** Puts the file in place in one step, so that builds side by side do not see half a file. */
function place(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = mkdtempSync(projectPath("dist/.build-"));
  writeFileSync(join(temporary, "file"), content);
  renameSync(join(temporary, "file"), file);
  rmSync(temporary, { recursive: true });
}

/**
 * `npm run build:lambda`: the bundle, and a zip file of it for `prebuiltPackage`. With `--bundle-only`, as synth calls
 * it, only the bundle.
 */
async function main(bundleOnly: boolean): Promise<void> {
  const directory = bundleDirectory();
  const file = join(directory, "index.js");
  if (!existsSync(file)) place(file, await bundleLambda());
  for (const name of readdirSync(BUNDLES)) {
    if (join(BUNDLES, name) !== directory) rmSync(join(BUNDLES, name), { recursive: true, force: true });
  }
  const bundle = readFileSync(file);
  console.log(`${relative(projectPath(), file)}: ${bundle.length} bytes`);
  if (bundleOnly) return;
  const zipped = zip({ "index.js": bundle });
  place(ZIP, zipped);
  console.log(`${relative(projectPath(), ZIP)}: ${zipped.length} bytes`);
}

void main(process.argv.includes("--bundle-only"));
