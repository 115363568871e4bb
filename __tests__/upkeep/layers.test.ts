import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectPath } from "../../config/project";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder("layers");
beforeAll(() => {
  cpSync(projectPath("biome.json"), join(folder, "biome.json"));
});

/** A file and what it imports. */
const refused: readonly (readonly [string, string])[] = [
  ["config/rules/network.ts", "../../paths/prove"],
  ["paths/prove.ts", "../modules/network/created-network"],
  ["modules/compute/built-image.ts", "../../operations/image/login"],
  ["stacks/app.ts", "../synth/synthesize"],
  ["synth/synthesize.ts", "../engine/show"],
  ["engine/session.ts", "../operations/deploy/deploy"],
  ["operations/verify/main.ts", "../../proof/lab/emulator"],
  ["proof/report/gather.ts", "../../upkeep/check/scan/findings"],
  ["upkeep/test.ts", "../cli/commands"],
  ["proof/validate-random/main.ts", "../../__tests__/config/support"],
  ["lambda/bundle.ts", "../operations/build-lambda/main"],
];
const allowed: readonly (readonly [string, string])[] = [
  ["stacks/app.ts", "../modules/network/created-network"],
  ["proof/paths/main.ts", "../../paths/prove"],
  ["upkeep/generate/main.ts", "./modules/example"],
];
/** Several import from the same file: each is linted under a name of its own in the same folder. */
const nameOf = ([file, imported]: readonly [string, string]) =>
  file.replace(/\.ts$/, `-${imported.replaceAll(/\W+/g, "-")}.ts`);

/** What the linter says, by file; with the project's own settings. */
const said = new Map<string, string>();
beforeAll(() => {
  const cases = [...refused, ...allowed];
  for (const each of cases) {
    mkdirSync(dirname(join(folder, nameOf(each))), { recursive: true });
    writeFileSync(join(folder, nameOf(each)), `import "${each[1]}";\n`);
  }
  const biome = projectPath("node_modules/@biomejs/biome/bin/biome");
  const options = ["lint", "--only=style/noRestrictedImports", "--max-diagnostics=none", "--colors=off"];
  const { stderr, stdout } = spawnSync(process.execPath, [biome, ...options, "."], { cwd: folder, encoding: "utf8" });
  for (const finding of (stdout + stderr).split(/^(?=\S+\.ts:\d+:\d+ lint\/)/m))
    said.set(finding.split(":")[0] ?? "", finding);
});

test.each(refused)("%s may not import %s", (file, imported) => {
  expect(said.get(nameOf([file, imported]))).toContain("docs/decisions/0013-layers.md");
});

test.each(allowed)("%s may import %s", (file, imported) => {
  expect(said.get(nameOf([file, imported]))).toBeUndefined();
});
