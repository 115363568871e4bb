import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath } from "../../config/project";
import { temporaryFolder } from "../temporary-folder";

describe("an installation", () => {
  const root = temporaryFolder("installations");
  let project: string;
  /** npm that takes a second, refuses to work beside another one, and outlives signals. */
  const npm = `
    const { existsSync, rmSync, writeFileSync } = require("node:fs");
    process.on("SIGHUP", () => {}).on("SIGTERM", () => {});
    if (existsSync("npm-runs")) process.exit(7);
    writeFileSync("npm-runs", String(process.pid));
    writeFileSync("npm-got", process.argv.slice(2).join(" "));
    setTimeout(() => {
      rmSync("npm-runs");
      writeFileSync("node_modules/.package-lock.json", '{ "packages": {} }');
    }, Number(process.env.MILLISECONDS));`;
  const install = (milliseconds: number) =>
    spawn(
      process.execPath,
      ["-e", 'require("./engine/npm-packages.cjs").installAll().catch((e) => process.exit(e.exitCode ?? 1))'],
      {
        cwd: project,
        env: { ...process.env, npm_execpath: join(project, "npm.js"), MILLISECONDS: String(milliseconds) },
      },
    );
  const whenThere = async (file: string) => {
    while (!existsSync(join(project, file))) await new Promise((done) => setTimeout(done, 20));
  };
  beforeEach(() => {
    project = mkdtempSync(join(root, "project-"));
    for (const folder of ["engine", "node_modules"]) mkdirSync(join(project, folder));
    for (const file of ["engine/interruptions.cjs", "engine/npm-packages.cjs"])
      copyFileSync(projectPath(file), join(project, file));
    writeFileSync(join(project, "package-lock.json"), '{ "packages": {} }');
    writeFileSync(join(project, "npm.js"), npm);
  });

  test("includes development dependencies, whatever the environment says", async () => {
    await once(install(0), "close");
    expect(readFileSync(join(project, "npm-got"), "utf8")).toMatch(/^ci --include=dev /);
  });

  test("waits for that of another command, and does not repeat it", async () => {
    const both = [install(1000), install(1000)];
    expect(await Promise.all(both.map((each) => once(each, "close")))).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(readdirSync(join(project, ".rehearsal"))).toEqual([]);
  });

  test("of a command that was killed is waited for", async () => {
    const killed = install(2000);
    await whenThere("npm-runs");
    killed.kill("SIGKILL");
    expect(await once(install(0), "close")).toEqual([0, null]);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "ends with its npm at %s",
    async (signal) => {
      const ended = install(60_000);
      await whenThere("npm-runs");
      const pid = Number(readFileSync(join(project, "npm-runs"), "utf8"));
      ended.kill(signal);
      expect(await once(ended, "close")).toEqual([130, null]);
      expect(() => process.kill(pid, 0)).toThrow("ESRCH");
      expect(readdirSync(join(project, ".rehearsal"))).toEqual([]);
    },
    20_000,
  );
});
