import { spawnSync } from "node:child_process";
import { projectPath } from "../../../config/project";

const paths = (...words: string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", projectPath("operations/paths/main.ts"), ...words], {
    cwd: projectPath(),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });

test("--json: every path of the dev environment with outcome and hops; exit code 0 as all is proven", () => {
  const { status, stdout } = paths("--env", "dev", "--consumer", "example", "--json");
  const { consumers, environment, expectations } = JSON.parse(stdout);
  expect({ status, environment, consumers }).toEqual({ status: 0, environment: "dev", consumers: ["example"] });
  expect(expectations.length).toBeGreaterThan(40);
  for (const { outcome, paths: own } of expectations) {
    expect(outcome).toBe("proven");
    expect(own[0].hops.length).toBeGreaterThan(0);
  }
});

test("an environment that is not there: one line that names those that are", () => {
  const { status, stderr } = paths("--env", "nowhere");
  expect(status).toBe(1);
  expect(stderr.trim()).toMatch(/no environment "nowhere" in config\/environments; there are: .*dev/);
});
