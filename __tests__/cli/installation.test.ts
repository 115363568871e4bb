import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { entries } from "../../cli/commands";
import { OF_A_SYNTH } from "../../cli/installation.cjs";
import { projectPath } from "../../config/project";
import { FUNCTIONS } from "../../lambda/functions";
import { temporaryFolder } from "../temporary-folder";

/** Packages that a module loads at once, with those of everything that it imports. */
function packagesOf(entry: string): string[] {
  const { inputs } = buildSync({
    absWorkingDir: projectPath(),
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    packages: "external",
    metafile: true,
    outdir: "unused",
  }).metafile;
  const seen = new Set<string>();
  const packages = new Set<string>();
  const walk = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { external, kind, path } of inputs[file]?.imports ?? []) {
      if (kind === "dynamic-import") continue;
      if (external) packages.add(path.split("/", path.startsWith("@") ? 2 : 1).join("/"));
      else walk(path);
    }
  };
  walk(entry);
  return [...packages];
}

const { devDependencies } = JSON.parse(readFileSync(projectPath("package.json"), "utf8")) as {
  devDependencies: Record<string, string>;
};
const source = readFileSync(projectPath("cli/commands.ts"), "utf8");
const moduleOf = (name: string) =>
  new RegExp(`name: "${name}",[^}]*import\\("\\.\\./([^"]+)"\\)`, "s").exec(source)?.[1];

/** Starts every command; a synth bundles the functions in a process of its own. */
const always = ["cli/program.ts", "lambda/build-bundle.ts", ...FUNCTIONS.map((name) => `lambda/${name}/handler.ts`)];

test.each([...always, ...OF_A_SYNTH.filter((name) => name !== "help")])(
  "%s needs no development dependency",
  (name) => {
    const entry = name.endsWith(".ts") ? name : `${moduleOf(name)}.ts`;
    expect(packagesOf(entry).filter((each) => each in devDependencies)).toEqual([]);
  },
);

test("a command that needs development dependencies is not among them", () => {
  expect(packagesOf(`${moduleOf("verify")}.ts`).filter((each) => each in devDependencies)).not.toEqual([]);
  expect(OF_A_SYNTH.filter((name) => name !== "help" && !entries.some((entry) => entry.name === name))).toEqual([]);
});

describe("which packages are missing", () => {
  const project = temporaryFolder("packages");
  const put = (file: string, content: string) => {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), content);
  };
  const lock = (packages: object) => JSON.stringify({ packages });
  const needed = { "node_modules/a": { version: "1.0.0" } };
  const rest = { "node_modules/b": { version: "1.0.0", dev: true } };
  const missing = () => {
    const code = 'console.log(require("./engine/npm-packages.cjs").missingPackages())';
    return spawnSync(process.execPath, ["-e", code], { cwd: project, encoding: "utf8" }).stdout.trim();
  };
  beforeAll(() => {
    mkdirSync(join(project, "engine"));
    for (const file of ["engine/interruptions.cjs", "engine/npm-packages.cjs"])
      copyFileSync(projectPath(file), join(project, file));
    put("package-lock.json", lock({ ...needed, ...rest }));
  });

  test("all, the rest, some, or none", () => {
    expect(missing()).toBe("all");
    put("node_modules/.package-lock.json", lock(needed));
    put("node_modules/a/package.json", "{}");
    expect(missing()).toBe("rest");
    put("node_modules/.installation-begun", "");
    put(".rehearsal/installation.lock", `${process.pid} rest`);
    expect(missing()).toBe("rest");
    rmSync(join(project, ".rehearsal/installation.lock"));
    expect(missing()).toBe("some");
    rmSync(join(project, "node_modules/.installation-begun"));
    put("node_modules/.package-lock.json", lock({ ...needed, ...rest }));
    expect(missing()).toBe("some");
    put("node_modules/b/package.json", "{}");
    expect(missing()).toBe("undefined");
  });
});
