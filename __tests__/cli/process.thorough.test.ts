import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { projectPath } from "../../config/project";
import { inTerminal } from "../terminal";

test.each([["help"], ["paths", "--env", "dev"]])(
  "%s ends without a word once nothing reads its output",
  async (...args) => {
    const program = spawn(process.execPath, [projectPath("cli/ecs-privatelink.mjs"), ...args]);
    let said = "";
    program.stderr.on("data", (part) => {
      said += part;
    });
    program.stdout.destroy();
    expect(await once(program, "close")).toEqual([141, null]);
    expect(said).toBe("");
  },
  30_000,
);

test.each([{ FORCE_COLOR: "1", NO_COLOR: "1" }, { FORCE_COLOR: "0" }])("%j asks for no colours", async (env) => {
  const { written } = await inTerminal([projectPath("cli/ecs-privatelink.mjs"), "rehearse", "--env", "dve"], { env });
  expect(written).toMatch(/^\s+rehearsal: Unknown environment "dve"/);
});

test.each([
  [{ NO_PROXY: "internal.example" }, "internal.example,127.0.0.1,localhost"],
  [{}, "127.0.0.1,localhost"],
  [{ NO_PROXY: "*" }, "*"],
])("a proxy in the environment gets nothing that is for this machine: %j", (given, expected) => {
  const { NO_PROXY: _, no_proxy: __, ...own } = process.env;
  const tell = "data:text/javascript,process.on('exit', () => console.log(process.env.NO_PROXY))";
  const { stdout } = spawnSync(
    process.execPath,
    ["--import", tell, projectPath("cli/ecs-privatelink.mjs"), "--version"],
    { encoding: "utf8", env: { ...own, NODE_USE_ENV_PROXY: "1", ...given } },
  );
  expect(stdout.trim().split("\n").at(-1)).toBe(expected);
});

test("a folder for temporary files that cannot be written is named", () => {
  const { status, stderr } = spawnSync(process.execPath, [projectPath("cli/ecs-privatelink.mjs"), "help"], {
    encoding: "utf8",
    env: { ...process.env, TMPDIR: "/dev/null/missing" },
  });
  expect(stderr).toMatch(/^[A-Z]+: .*\/dev\/null\/missing'\nSet TMPDIR to a folder/);
  expect(status).toBe(1);
});
