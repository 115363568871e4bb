import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { projectPath } from "../../config/project";

const runJest = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [projectPath("node_modules/jest/bin/jest.js"), ...args],
    { cwd: projectPath(), encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
};

// `npm test -- --changed` asks jest which tests import what has changed; jest only knows the files below its roots.
test("the tests of a source are found, in every folder of the project that has TypeScript", () => {
  const found = runJest("--listTests", "--findRelatedTests", projectPath("engine/show.ts"));
  expect(found).toContain("__tests__/engine/show.test.ts");
  const { roots } = JSON.parse(runJest("--showConfig")).configs[0] as { roots: readonly string[] };
  const folders = readdirSync(projectPath(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^(node_modules|dist|coverage|docs|cdktf\.out.*)$/.test(entry.name))
    .filter(({ name }) =>
      readdirSync(projectPath(name), { recursive: true, encoding: "utf8" }).some(
        (file) => /\.tsx?$/.test(file) && !file.includes("node_modules"),
      ),
    )
    .map(({ name }) => projectPath(name));
  expect(folders.filter((folder) => !roots.some((root) => root === folder || root.startsWith(`${folder}/`)))).toEqual(
    [],
  );
});
