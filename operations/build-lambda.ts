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
import { build, type Plugin } from "esbuild";
import { zipSync } from "fflate";
import { BUNDLES, bundleDirectory } from "../lambda/bundle";

const ROOT = join(__dirname, "..");
const ENTRY = join(ROOT, "lambda/alb-ip-sync/handler.ts");
const ZIP = join(ROOT, "dist/alb-ip-sync.zip");

/**
 * Lets esbuild drop what the function does not use of the AWS SDK: 600 KB.
 *
 * The SDK keeps the shapes of a service in one file, as constants that refer to each other.
 * - Some have computed keys (`{ [_key]: 1 }`). Computing a key may call code, so that esbuild keeps those and all they
 *   refer to. The keys are string constants of the same file: written out, they mean the same.
 * - Each registers a class for every error of the service. Without it the SDK makes an error of the service's base
 *   class with the same name, and the name is all that the function looks at.
 */
const shakeSchemas: Plugin = {
  name: "shake-schemas",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas_\d+\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const constants = new Map(
        [...source.matchAll(/^(?:export )?const (\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]),
      );
      const contents = source
        .replace(/\[(\w+)\]:/g, (key, name) => (constants.has(name) ? `${constants.get(name)}:` : key))
        .replace(/^n0_registry\.registerError\(.*\);$/gm, "");
      return { contents, loader: "js" };
    });
  },
};

/** The function in one file, the same bytes on every machine. */
export async function bundleLambda(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    absWorkingDir: ROOT,
    outfile: "index.js",
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    // The ES module builds of the packages are the ones that can be shaken.
    mainFields: ["module", "main"],
    legalComments: "none",
    alias: { "@aws-sdk/credential-provider-node": join(ROOT, "lambda/alb-ip-sync/credentials.ts") },
    plugins: [shakeSchemas],
    write: false,
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (!output) throw new Error("esbuild has written no file");
  return output.contents;
}

/** A zip file whose bytes depend on its content alone. */
export function zip(files: Record<string, Uint8Array>): Uint8Array {
  const entries = Object.entries(files).map(([name, content]) => [
    name,
    // Local time, as zip files know no time zone; 0644 in the upper half of the external attributes, made on Unix.
    [content, { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16, level: 9 }],
  ]);
  return zipSync(Object.fromEntries(entries));
}

/** Puts the file in place in one step, so that builds side by side do not see half a file. */
function place(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = mkdtempSync(join(ROOT, "dist/.build-"));
  writeFileSync(join(temporary, "file"), content);
  renameSync(join(temporary, "file"), file);
  rmSync(temporary, { recursive: true });
}

async function main(bundleOnly: boolean): Promise<void> {
  const directory = bundleDirectory();
  const file = join(directory, "index.js");
  if (!existsSync(file)) place(file, await bundleLambda());
  for (const name of readdirSync(BUNDLES)) {
    if (join(BUNDLES, name) !== directory) rmSync(join(BUNDLES, name), { recursive: true, force: true });
  }
  const bundle = readFileSync(file);
  console.log(`${relative(ROOT, file)}: ${bundle.length} bytes`);
  if (bundleOnly) return;
  const zipped = zip({ "index.js": bundle });
  place(ZIP, zipped);
  console.log(`${relative(ROOT, ZIP)}: ${zipped.length} bytes`);
}

if (require.main === module) void main(process.argv.includes("--bundle-only"));
