import { readFileSync } from "node:fs";
import { build, type Plugin } from "esbuild";
import { zipSync } from "fflate";
import { projectPath } from "../config/project";
import type { FunctionName } from "./functions";

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

/** A function in one file, the same bytes on every machine. */
export async function bundleLambda(name: FunctionName): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [projectPath("lambda", name, "handler.ts")],
    absWorkingDir: projectPath(),
    outfile: "index.js",
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    // The ES module builds of the packages are the ones that can be shaken.
    mainFields: ["module", "main"],
    legalComments: "none",
    alias: { "@aws-sdk/credential-provider-node": projectPath("lambda/credentials.ts") },
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
