import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { projectPath } from "../../../config/project";

const PREPARE = projectPath("operations/prepare.mjs");
const MAIN = projectPath("operations/rehearse/main.ts");

function rehearse(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PREPARE, MAIN, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test("help names every option", () => {
  const { status, stdout } = rehearse("--help");
  expect(status).toBe(0);
  for (const option of ["--env", "--consumer", "--stack", "--port", "--no-docker", "--keep"]) {
    expect(stdout).toContain(option);
  }
}, 20_000);

test("fails in one line when there is no such environment", () => {
  const { status, stderr } = rehearse("--env", "nope");
  expect(status).toBe(1);
  expect(stderr.trim()).toBe('rehearsal: no environment "nope" in config/environments; there are: dev, prod');
}, 20_000);

test("fails in one line when the port is none", () => {
  const { status, stderr } = rehearse("--port", "http");
  expect(status).toBe(1);
  expect(stderr).toContain('"http" is no TCP port: allowed are 1 to 65535, and 0 for a free one');
}, 20_000);

const terraformIsThere = ["terraform", "tofu"].some((name) => spawnSync(name, ["version"]).status === 0);
const testWithTerraform = terraformIsThere ? test : test.skip;

testWithTerraform.each(["Terraform JSON", "Emulated AWS: http"])(
  "interrupted after it said %j, it ends with 130 and leaves no process",
  async (moment) => {
    // Everything that a rehearsal starts inherits its environment.
    const mark = `MARK=${randomUUID()}`;
    const child = spawn(process.execPath, [PREPARE, MAIN, "--stack", "network-dev", "--no-docker"], {
      env: { ...process.env, CI: "true", MARK: mark.slice("MARK=".length) },
    });
    let said = "";
    child.stderr.on("data", (data: Buffer) => {
      said += data;
    });
    child.stdout.on("data", (data: Buffer) => {
      if (!said.includes(moment) && (said + data).includes(moment)) child.kill("SIGINT");
      said += data;
    });
    const [code] = await once(child, "close");
    expect(said).toContain("interrupted; Terraform has stored its state and given its lock back");
    expect(code).toBe(130);
    const { stdout } = spawnSync("ps", ["axeww"], { encoding: "utf8", maxBuffer: 1e8 });
    expect(stdout.split("\n").filter((line) => line.includes(mark))).toEqual([]);
  },
  120_000,
);
