import { join } from "node:path";
import { buildSync } from "esbuild";
import { projectPath } from "../config/project";
import { temporaryFolder } from "./temporary-folder";

/**
 * One JavaScript file of a script that a test starts again and again: started from TypeScript, each would compile the same
 * sources. It is deleted after the tests of the file.
 */
export function bundle(script: string): string {
  const outfile = join(temporaryFolder("script"), "script.mjs");
  buildSync({
    entryPoints: [projectPath(script)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    // `config/project.ts` asks where it is.
    define: { __dirname: JSON.stringify(projectPath("config")) },
  });
  return outfile;
}
