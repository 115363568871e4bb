/**
 * Runs `main.ts` as one file. Two thirds of a synth from TypeScript are finding, reading and compiling six hundred files, so
 * they are bundled once, and V8's compiled code is kept beside the bundle; both are made again when a source or an installed
 * package changes. Plain JavaScript, since it decides whether TypeScript has to be loaded at all.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(project, "node_modules/.cache/ecs-privatelink");
const ENTRY = "main.ts";

try {
  run(upToDate() ?? build());
} catch {
  // From its sources, an error names their lines; so it does where no cache can be written.
  await import("tsx");
  await import(pathToFileURL(join(project, ENTRY)).href);
}

/** What the bundle is made of; the list of installed packages stands for their files. */
function fingerprint(sources) {
  const hash = createHash("sha256");
  for (const file of [...sources, "synth/bundled.mjs", "tsconfig.json", "node_modules/.package-lock.json"])
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(project, file)))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Folder of the bundle; undefined where there is none, or one of other sources. */
function upToDate() {
  const list = join(cache, "sources.json");
  if (!existsSync(list)) return undefined;
  try {
    const folder = join(cache, fingerprint(JSON.parse(readFileSync(list, "utf8"))));
    return existsSync(join(folder, "main.cjs")) ? folder : undefined;
  } catch {
    // A source was removed.
    return undefined;
  }
}

function build() {
  const { buildSync } = createRequire(import.meta.url)("esbuild");
  mkdirSync(cache, { recursive: true });
  const made = join(cache, `new-${process.pid}`);
  mkdirSync(made);
  try {
    // CDKTF makes zip files of assets; this project has none. An empty module takes the place of what would make them.
    const empty = join(made, "empty.cjs");
    writeFileSync(empty, "");
    const { metafile } = buildSync({
      absWorkingDir: project,
      entryPoints: [ENTRY],
      outfile: join(made, "main.cjs"),
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: "none",
      logLevel: "silent",
      metafile: true,
      alias: { archiver: empty },
      // As Node.js wraps a module; here, since joining texts of megabytes would hold them twice.
      banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
      footer: { js: "})" },
    });
    const sources = Object.keys(metafile.inputs).filter((file) => !file.includes("node_modules/"));
    const folder = join(cache, fingerprint(sources));
    for (const before of readdirSync(cache)) {
      if (/^[0-9a-f]{16}$/.test(before)) rmSync(join(cache, before), { recursive: true, force: true });
    }
    writeFileSync(join(made, "sources.json"), JSON.stringify(sources));
    renameSync(join(made, "sources.json"), join(cache, "sources.json"));
    renameSync(made, folder);
    return folder;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function run(folder) {
  const file = join(folder, "main.cjs");
  const code = join(folder, "main.code");
  const script = new Script(readFileSync(file, "utf8"), {
    filename: file,
    ...(existsSync(code) ? { cachedData: readFileSync(code) } : {}),
  });
  // The only module that asks where it is stands in `config/`.
  const place = join(project, "config");
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(join(place, "_")), module, join(place, "_"), place);
  if (!existsSync(code) || script.cachedDataRejected) keepCode(code, script);
}

/** After the run, the code holds the functions that were called. */
function keepCode(file, script) {
  const made = `${file}.${process.pid}`;
  writeFileSync(made, script.createCachedData());
  renameSync(made, file);
}
