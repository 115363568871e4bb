import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { projectPath } from "../../config/project";
import { temporaryFolder } from "../temporary-folder";

const SOURCES = ["main.ts", "tsconfig.json", "package.json", "package-lock.json", "cdktf.json"];
const FOLDERS = ["config", "engine", "paths", "modules", "stacks", "synth", "lambda", "container"];

const project = temporaryFolder("bundled");
beforeAll(() => {
  for (const source of [...SOURCES, ...FOLDERS]) {
    cpSync(projectPath(source), join(project, source), {
      recursive: true,
      filter: (file) => !file.endsWith("node_modules"),
    });
  }
  mkdirSync(join(project, "node_modules"));
  for (const name of readdirSync(projectPath("node_modules")).filter((each) => each !== ".cache")) {
    symlinkSync(projectPath("node_modules", name), join(project, "node_modules", name));
  }
});

const bundles = () =>
  readdirSync(join(project, "node_modules/.cache/ecs-privatelink")).filter((name) => /^[0-9a-f]{16}$/.test(name));

function synth(program: readonly string[], outdir: string) {
  const { status, stderr } = spawnSync(process.execPath, program, {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: join(project, outdir) },
  });
  return { status, stderr };
}
const bundled = (outdir: string) => synth(["--disable-warning=DEP0044", "synth/bundled.mjs"], outdir);
const jsonIn = (outdir: string) =>
  Object.fromEntries(
    globSync("**/*.json", { cwd: join(project, outdir) }).map((file) => [
      file,
      readFileSync(join(project, outdir, file), "utf8"),
    ]),
  );

test("the bundle writes what the sources write, the first time and from kept code", () => {
  expect(synth(["--disable-warning=DEP0044", "--import", "tsx", "main.ts"], "sources")).toEqual({
    status: 0,
    stderr: "",
  });
  for (const outdir of ["first", "second"]) {
    expect(bundled(outdir)).toEqual({ status: 0, stderr: "" });
    expect(jsonIn(outdir)).toEqual(jsonIn("sources"));
  }
  expect(bundles()).toHaveLength(1);
});

test("a changed source makes another bundle, and an error names its line", () => {
  const [before] = bundles();
  const file = join(project, "stacks/extensions.ts");
  const source = readFileSync(file, "utf8");
  writeFileSync(file, `${source}\nif (process.argv.length > 0) throw new Error("changed");\n`);
  const { status, stderr } = bundled("third");
  expect(status).toBe(1);
  expect(stderr).toMatch(/Error: changed\n\s+at .*stacks\/extensions\.ts:\d+/);
  expect(bundles()).not.toContain(before);
  writeFileSync(file, source);
  expect(bundled("fourth")).toEqual({ status: 0, stderr: "" });
  expect(bundles()).toEqual([before]);
});

test("a source that no compiler takes is named with its place", () => {
  const file = join(project, "stacks/extensions.ts");
  const source = readFileSync(file, "utf8");
  writeFileSync(file, `${source}\nconst = ;\n`);
  const { status, stderr } = bundled("fifth");
  writeFileSync(file, source);
  expect(status).toBe(1);
  expect(stderr).toMatch(/stacks\/extensions\.ts:\d+:\d+/);
});
