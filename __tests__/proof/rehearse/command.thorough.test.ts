import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { projectPath } from "../../../config/project";
import { testWithTerraform } from "../../terraform/installed";

const PROGRAM = [projectPath("cli/ecs-privatelink.mjs"), "rehearse"];

function rehearse(...given: (string | NodeJS.ProcessEnv)[]) {
  const args = given.filter((each) => typeof each === "string");
  const env = Object.assign({}, process.env, ...given.filter((each) => typeof each === "object"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PROGRAM, ...args], { encoding: "utf8", env });
  return { status, stdout, stderr };
}

test("help names every option", () => {
  const { status, stdout } = rehearse("--help");
  expect(status).toBe(0);
  for (const option of ["--env", "--consumer", "--stack", "--port", "--no-docker", "--keep"]) {
    expect(stdout).toContain(option);
  }
}, 300_000);

test("fails in one line when there is no such environment", () => {
  const { status, stderr } = rehearse("--env", "nope");
  expect(status).toBe(1);
  expect(stderr.trim()).toBe('rehearsal: Unknown environment "nope". Available: dev, prod.');
}, 300_000);

test("fails in one line when the port is none", () => {
  const { status, stderr } = rehearse("--port", "http");
  expect(status).toBe(1);
  expect(stderr).toContain('"http" is no TCP port: allowed are 1 to 65535, and 0 for a free one');
}, 300_000);

test("--quick refuses what a mocked AWS has nothing of", () => {
  const { status, stderr } = rehearse("--quick", "--env", "brought", {
    CONFIG: "proof/rehearse/everything-on/environments/brought.yaml",
  });
  expect(status).toBe(1);
  expect(stderr.trim()).toMatch(
    /^rehearsal: --quick: plans with AWS mocked, where nothing of network\.existing, .* exists/,
  );
}, 300_000);

testWithTerraform(
  "--quick applies the network, plans everything else, and leaves nothing",
  () => {
    const { status, stdout } = rehearse("--quick", "--no-docker");
    expect(stdout).toMatch(/^network-dev .* applied, second plan empty, destroyed$/m);
    for (const stack of ["state-backend", "data", "compute", "privatelink-service"])
      expect(stdout).toMatch(new RegExp(`^${stack}-dev .* planned with AWS mocked$`, "m"));
    expect(stdout).toContain("left out: apply of the stacks that are only planned, verify,");
    expect(status).toBe(0);
  },
  300_000,
);

testWithTerraform.each(["Terraform JSON", "Emulated AWS: http"])(
  "interrupted after it said %j, it ends with 130 and leaves no process",
  async (moment) => {
    // Everything that a rehearsal starts inherits its environment.
    const mark = `MARK=${randomUUID()}`;
    const child = spawn(process.execPath, [...PROGRAM, "--stack", "network-dev", "--no-docker"], {
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
  300_000,
);
