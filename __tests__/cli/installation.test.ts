import { readFileSync } from "node:fs";
import { buildSync } from "esbuild";
import { entries } from "../../cli/commands";
import { OF_A_SYNTH } from "../../cli/installation.cjs";
import { projectPath } from "../../config/project";
import { FUNCTIONS } from "../../lambda/functions";

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
