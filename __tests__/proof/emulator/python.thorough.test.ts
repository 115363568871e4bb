import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensurePythonEnvironment } from "../../../proof/lab/emulator";

const home = join(__dirname, "..", "..", "..", "proof", "emulated-aws");
const modules = readdirSync(join(home, "tests"))
  .filter((name) => /^test_.*\.py$/.test(name))
  .map((name) => name.replace(/\.py$/, ""));

/** Exit code and standard error of one module of the emulator's own tests. */
async function unittest(module: string): Promise<{ code: number; stderr: string }> {
  const python = await ensurePythonEnvironment(() => undefined);
  return new Promise((resolve) => {
    execFile(
      python,
      ["-m", "unittest", `tests.${module}`],
      { cwd: home, maxBuffer: 64 * 1024 * 1024 },
      (error, _, stderr) => resolve({ code: error ? 1 : 0, stderr }),
    );
  });
}

describe("the emulator's own tests", () => {
  test.each(modules)(
    "%s",
    async (module) => {
      const { code, stderr } = await unittest(module);
      const failures = stderr.split("\n").filter((line) => /^(FAIL|ERROR|\w+Error)/.test(line));
      expect(failures.slice(0, 20)).toEqual([]);
      expect({ code, ran: /Ran [1-9]\d* tests?/.test(stderr) }).toEqual({ code: 0, ran: true });
    },
    300_000,
  );
});
