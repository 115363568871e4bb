import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { projectPath } from "../../config/project";

const { scripts } = JSON.parse(readFileSync(projectPath("package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** Commands with options, which commander reads; all others take none, or hand them on to jest. */
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const [, , script = "", ...given] = line.split(" ");
  const file = projectPath(script);
  const takesOptions = existsSync(file) && readFileSync(file, "utf8").includes('from "commander"');
  return takesOptions ? [{ name, script, given }] : [];
});

async function run(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [projectPath("operations/prepare.mjs"), script, ...args], {
    cwd: projectPath(),
    env: { ...process.env, CI: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      said += data;
    });
  }
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

test("most commands take options", () => expect(commands.length).toBeGreaterThan(15));

test.each(commands)(
  "npm run $name has --help that says what it does",
  async ({ script, given }) => {
    const { code, said } = await run(script, ...given, "--help");
    expect(code).toBe(0);
    expect(said).toMatch(/^Usage: npm (run|start)/m);
    expect(said.length).toBeGreaterThan(150);
  },
  60_000,
);

// All read their options with the same library.
test.each(commands.slice(0, 3))(
  "npm run $name tells an option that it doesn't know, without a stack trace",
  async ({ script, given }) => {
    const { code, said } = await run(script, ...given, "--no-such-option");
    expect(code).not.toBe(0);
    expect(said).toMatch(/no-such-option|--help|required option/);
    expect(said).not.toMatch(/\n\s+at .*:\d+:\d+/);
  },
  60_000,
);

const withEnvironment = commands.filter(({ script }) =>
  readFileSync(projectPath(script), "utf8").includes('requiredOption("--env <name>"'),
);

test.each(withEnvironment)(
  "npm run $name, of an environment that is not there: names those that are",
  async ({ name, script, given }) => {
    const more = { connections: ["list"], deploy: ["--plan-only"], "hcp:run": ["--plan-only"] }[name] ?? [];
    const { code, said } = await run(script, ...given, "--env", "nowhere", ...more);
    expect(code).not.toBe(0);
    expect(said).toMatch(/nowhere/);
    expect(said).toMatch(/there are: |config\/environments/);
    expect(said).not.toMatch(/\n\s+at .*:\d+:\d+/);
  },
  60_000,
);
