// Bundles each program of the image into one file: node build.mjs [output folder, default dist]
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;

await build({
  entryPoints: ["server", "load-data", "health-check"].map((program) => join(here, "src", `${program}.ts`)),
  outdir: process.argv[2] ?? join(here, "dist"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  // Packages that are CommonJS call require for Node's own modules.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
  // Optional parts that pg looks for and does without.
  external: ["pg-native", "pg-cloudflare"],
  legalComments: "linked",
  logLevel: "warning",
});
