/**
 * The npm packages of the project, installed when a command needs them. Those of a synth come first, so that a new clone
 * has something to say soon. Plain JavaScript without dependencies, since nothing else is there yet.
 */
const { spawn } = require("node:child_process");
const { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { INTERRUPTIONS } = require("./interruptions.cjs");

const project = dirname(__dirname);
const readJson = (name) => JSON.parse(readFileSync(join(project, name), "utf8"));

/**
 * There while `installRest` is at work. If it was cut short, npm would take half a package for a whole one the next time: then
 * everything is installed again.
 */
const BEGUN = join(project, "node_modules/.installation-begun");

/**
 * There while a command installs packages, with the id of its process, later that of npm, and with what it installs: two
 * installations at a time would delete each other's folders. Not in node_modules, which npm deletes first.
 */
const LOCK = join(project, ".rehearsal/installation.lock");

/**
 * What differs from package-lock.json: nothing, only what `installFirst` leaves out, or more.
 *
 * @returns {undefined | "rest" | "some" | "all"}
 */
function missingPackages() {
  const installedList = "node_modules/.package-lock.json";
  if (!existsSync(join(project, installedList))) return "all";
  if (existsSync(BEGUN)) return underWay() === "rest" ? "rest" : "some";
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

/** What another process installs now: `first`, `rest` or `all`; undefined where none does. */
function underWay() {
  let what;
  try {
    if (statSync(LOCK).mtimeMs < Date.now() - LONGEST_MS) return undefined;
    const [id, ...words] = readFileSync(LOCK, "utf8").split(" ");
    if (Number(id) === process.pid || !(Number(id) > 0)) return undefined;
    [what] = words;
    // Signal 0 only asks whether the process is there.
    process.kill(Number(id), 0);
    return what;
  } catch (error) {
    // Another user's process is there as well.
    return error.code === "EPERM" ? what : undefined;
  }
}

/**
 * Returns once no other process installs packages that are needed.
 *
 * @param {{ early?: boolean }} [options] early: those of a synth are enough
 */
async function othersHaveEnded({ early = false } = {}) {
  const waits = (what) => what !== undefined && !(early && what === "rest");
  if (!waits(underWay())) return;
  console.error("Another command installs npm dependencies; waiting until it has ended …");
  while (waits(underWay())) await new Promise((done) => setTimeout(done, 500));
}

/**
 * Takes the lock as soon as no other process has it.
 *
 * @param {"all" | "first" | "rest"} what
 */
async function alone(what, work) {
  for (;;) {
    await othersHaveEnded();
    try {
      mkdirSync(dirname(LOCK), { recursive: true });
      writeFileSync(LOCK, `${process.pid} ${what}`, { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw cannotInstall(error);
      if (underWay() === undefined) rmSync(LOCK, { force: true });
    }
  }
  try {
    await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

const cannotInstall = ({ message }) =>
  new Error(
    `npm dependencies cannot be installed in ${project}: ${message}\nMake the folder writable for this user, or run the command in a clone of your own`,
  );

const QUIETLY = ["--no-audit", "--no-fund", "--loglevel=error", "--include=optional"];

/** NODE_ENV=production and npm's setting `omit` would leave them out, and every command would look for them again. */
const WITH_DEV = "--include=dev";

/** All packages, while npm shows its own progress. */
const installAll = () => install("all");

/** Only what a synth needs, while npm shows its own progress. */
const installFirst = () => install("first");

/** What `installFirst` has left out; what is there stays as it is. */
const installRest = () => install("rest");

/** @param {"all" | "first" | "rest"} what */
const install = (what) =>
  alone(what, async () => {
    // Another command may have installed something meanwhile.
    const missing = missingPackages();
    if (missing === undefined) return;
    if (missing !== "rest") {
      if (what === "all") await npm(what, ["ci", WITH_DEV, ...QUIETLY], "inherit");
      if (what === "first") await npm(what, ["ci", "--omit=dev", ...QUIETLY], "inherit");
    } else if (what !== "first") {
      writeFileSync(BEGUN, "");
      await npm("rest", ["install", "--no-save", WITH_DEV, ...QUIETLY], "pipe");
      rmSync(BEGUN);
    }
  });

/** How long npm has to end after an interrupt, in ms. */
const GRACE_MS = 3_000;

/**
 * @param {"all" | "first" | "rest"} what
 * @param {string[]} args
 * @param {"inherit" | "pipe"} output
 */
async function npm(what, args, output) {
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
  // npm lives longer than a command that is killed.
  if (child.pid !== undefined) writeFileSync(LOCK, `${child.pid} ${what}`);
  let interrupted = false;
  const end = () => {
    interrupted = true;
    // npm can take minutes to end. What it leaves behind is found the next time.
    child.kill("SIGHUP");
    setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
  };
  for (const event of INTERRUPTIONS) process.on(event, end);
  try {
    const exitCode = await new Promise((done, fail) => {
      child.once("error", (error) => fail(new Error(`npm could not be started: ${error.message}`)));
      child.once("close", (code, signal) => done(signal || (interrupted && code !== 0) ? INTERRUPTED : code));
    });
    if (exitCode !== 0) throw new NpmFailed(args[0], exitCode, said.trim());
  } finally {
    for (const event of INTERRUPTIONS) process.off(event, end);
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
