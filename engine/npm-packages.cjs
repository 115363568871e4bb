/**
 * The npm packages of the project, installed when a command needs them. Those of a synth come first, so that a new clone
 * has something to say soon. Plain JavaScript without dependencies, since nothing else is there yet.
 */
const { spawn } = require("node:child_process");
const { existsSync, readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const project = dirname(__dirname);
const readJson = (name) => JSON.parse(readFileSync(join(project, name), "utf8"));

/**
 * There while `installRest` is at work, with the id of its process. If it was cut short, npm would take half a package for a
 * whole one the next time: then everything is installed anew.
 */
const BEGUN = join(project, "node_modules/.installation-begun");

/**
 * What differs from package-lock.json: nothing, only what `installFirst` leaves out, or more.
 *
 * @returns {undefined | "rest" | "some" | "all"}
 */
function missingPackages() {
  const installedList = "node_modules/.package-lock.json";
  if (!existsSync(join(project, installedList))) return "all";
  if (existsSync(BEGUN)) return isUnderWay() ? "rest" : "some";
  const installed = readJson(installedList).packages;
  const differing = Object.entries(readJson("package-lock.json").packages).filter(
    ([path, { version, optional }]) =>
      // Optional packages are binaries for other machines.
      path.includes("node_modules/") &&
      !optional &&
      // An installation that was cut short leaves the list, but not the folders.
      (installed[path]?.version !== version || !existsSync(join(project, path))),
  );
  if (differing.length === 0) return undefined;
  const onlyRest = differing.every(([path, { dev }]) => dev && installed[path] === undefined);
  return onlyRest ? "rest" : "some";
}

/** An installation takes less; after that the id may be another program's. */
const LONGEST_MS = 600_000;

/** Whether another process installs the rest now. */
function isUnderWay() {
  try {
    if (statSync(BEGUN).mtimeMs < Date.now() - LONGEST_MS) return false;
    const id = Number(readFileSync(BEGUN, "utf8"));
    // Signal 0 only asks whether the process is there.
    return id !== process.pid && id > 0 && process.kill(id, 0);
  } catch {
    return false;
  }
}

/** Returns once no other process installs the rest. */
async function othersHaveEnded() {
  while (isUnderWay()) await new Promise((done) => setTimeout(done, 500));
}

const QUIETLY = ["--no-audit", "--no-fund", "--loglevel=error"];

/** All packages, while npm shows its own progress. */
const installAll = () => npm(["ci", ...QUIETLY], "inherit");

/** Only what a synth needs, while npm shows its own progress. */
const installFirst = () => npm(["ci", "--omit=dev", ...QUIETLY], "inherit");

/** What `installFirst` has left out; what is there stays as it is. */
const installRest = async () => {
  await othersHaveEnded();
  if (missingPackages() !== "rest") return;
  writeFileSync(BEGUN, String(process.pid));
  await npm(["install", "--no-save", ...QUIETLY], "pipe");
  rmSync(BEGUN);
};

/**
 * @param {string[]} args
 * @param {"inherit" | "pipe"} output
 */
async function npm(args, output) {
  // npm tells scripts where it is itself; that is right even where no npm is in PATH.
  const itself = process.env.npm_execpath;
  const [command, first] = itself?.endsWith(".js") ? [process.execPath, [itself]] : ["npm", []];
  // Standard output belongs to the command that needs the packages.
  const stdio = ["ignore", output === "inherit" ? 2 : "ignore", output];
  const child = spawn(command, [...first, ...args], { cwd: project, stdio });
  let said = "";
  child.stderr?.on("data", (part) => {
    said += part;
  });
  const forward = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, forward);
  try {
    const exitCode = await new Promise((done, fail) => {
      child.once("error", (error) => fail(new Error(`npm could not be started: ${error.message}`)));
      child.once("close", (code, signal) => done(signal ? INTERRUPTED : code));
    });
    if (exitCode !== 0) throw new NpmFailed(args[0], exitCode, said.trim());
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, forward);
  }
}

/** Exit code of a program that was interrupted. */
const INTERRUPTED = 130;

class NpmFailed extends Error {
  /**
   * @param {string} command
   * @param {number} exitCode
   * @param {string} said what npm wrote, unless it was shown
   */
  constructor(command, exitCode, said) {
    super(`${said || "see above"}\nnpm ${command} failed. Fix the problem and run the command again`);
    this.exitCode = exitCode;
  }
}

module.exports = { INTERRUPTED, installAll, installFirst, installRest, missingPackages, othersHaveEnded };
