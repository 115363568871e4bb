import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectPath } from "../../../config/project";
import { difference } from "../../../upkeep/watch/difference";

test("a diff names the stack and the attribute, and nothing that is equal", () => {
  const vpc = (block: string) => ({ "network-dev": { resource: { aws_vpc: { vpc: { cidr: block, dns: true } } } } });
  const shown = difference(vpc("10.1.0.0/16"), vpc("10.2.0.0/16"), { color: false });
  expect(shown).toMatch(/^network-dev\nresource\.aws_vpc\.vpc\n/);
  expect(shown).toMatch(/-\s+"cidr": "10\.1\.0\.0\/16"/);
  expect(shown).toMatch(/\+\s+"cidr": "10\.2\.0\.0\/16"/);
  expect(shown).not.toContain("dns");
  expect(difference(vpc("10.1.0.0/16"), vpc("10.1.0.0/16"), { color: false })).toBe("");
});

test("blocks that come and go are named, whatever their kind", () => {
  const shown = difference(
    { a: { terraform: { backend: { s3: {} } }, output: { vpcId: { value: 1 } } } },
    { a: { terraform: { backend: { local: {} } }, data: { aws_region: { region: {} } } } },
    { color: false },
  );
  const addresses = shown.split("\n").filter((line) => !/^[-+]/.test(line));
  expect(addresses).toEqual(["a", "terraform.backend", "output.vpcId", "data.aws_region.region"]);
});

test("stacks that come and go are named", () => {
  expect(difference({ a: {} }, { b: {} }, { color: false })).toBe("- a: no such stack any more\n\n+ b: a new stack");
});

test("a save shows what it changes, a mistake its message, and Ctrl-C ends it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "watch-test-"));
  mkdirSync(join(folder, "environments"));
  const file = join(folder, "environments/dev.yaml");
  const text = readFileSync(projectPath("config/environments/dev.yaml"), "utf8");
  writeFileSync(file, text);

  const child = spawn(process.execPath, [projectPath("cli/ecs-privatelink.mjs"), "watch"], {
    env: { ...process.env, CONFIG: file },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (printed += data));
    const until = async (wanted: RegExp) => {
      for (let tries = 0; tries < 250 && !wanted.test(printed); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(printed).toMatch(wanted);
      printed = "";
    };
    await until(/5 stacks; waiting/);
    writeFileSync(file, text.replace("10.20.0.0/16", "10.21.0.0/16"));
    await until(/network-dev[\s\S]*\+\s+"cidr_block": "10\.21\.0\.0\/16"/);
    writeFileSync(file, text.replace("natGateways: single", "natGateways: many"));
    await until(/network\.natGateways[\s\S]*allowed/);
    // Compared with the last good one.
    writeFileSync(file, text);
    await until(/\+\s+"cidr_block": "10\.20\.0\.0\/16"/);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}, 300_000);
