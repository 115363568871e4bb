#!/usr/bin/env node
/**
 * The program: `npx ecs-privatelink <command> …`. It checks the Node.js version, installs the npm dependencies if they are
 * missing or differ from package-lock.json, then runs the command in this same process. Plain JavaScript without
 * dependencies, since nothing else is there yet.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const readJson = (name) => JSON.parse(readFileSync(join(project, name), "utf8"));

checkNode(readJson("package.json").engines.node);
process.chdir(project);
leaveOutWarningOfCdktf();
const reason = whyInstall();
if (reason !== undefined) await install(reason);
await runCommand();

/** @param {string} wanted alternatives such as `^20.19.0 || >=22.12.0` */
function checkNode(wanted) {
  const own = process.versions.node.split(".").map(Number);
  const fits = wanted.split("||").some((alternative) => {
    const [, operator, version] = /^\s*(\^|>=)([\d.]+)\s*$/.exec(alternative);
    const least = version.split(".").map(Number);
    if (operator === "^" && own[0] !== least[0]) return false;
    const differing = least.findIndex((number, index) => number !== own[index]);
    return differing === -1 || own[differing] > least[differing];
  });
  if (fits) return;
  console.error(
    `Node.js ${process.versions.node} is too old: this project runs on Node.js ${wanted}; install it from https://nodejs.org`,
  );
  process.exit(1);
}

/** CDKTF, which is archived, calls `util.isArray`: Node.js 24 and later would warn at every synth, and no user can act on it. */
function leaveOutWarningOfCdktf() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!rest.includes("DEP0044")) emitWarning.call(process, warning, ...rest);
  };
}

/** Why dependencies must be installed; undefined if what is there is what the lock file says. */
function whyInstall() {
  const installedList = "node_modules/.package-lock.json";
  if (!existsSync(join(project, installedList))) return "not installed yet";
  const installed = readJson(installedList).packages;
  const differing = Object.entries(readJson("package-lock.json").packages).filter(
    ([path, { version, optional }]) =>
      // Optional packages are binaries for other machines.
      path.includes("node_modules/") &&
      !optional &&
      // An installation that was cut short leaves the list, but not the folders.
      (installed[path]?.version !== version || !existsSync(join(project, path))),
  );
  return differing.length === 0 ? undefined : "installed versions differ from package-lock.json";
}

/** @param {string} why */
async function install(why) {
  console.log(`Installing npm dependencies (${why}) …`);
  // npm tells scripts where it is itself; that is right even where no npm is in PATH.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const child = spawn(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: project,
    stdio: "inherit",
  });
  const forward = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, forward);
  const exitCode = await new Promise((done) => {
    child.once("error", (error) => {
      console.error(`npm could not be started: ${error.message}`);
      done(1);
    });
    child.once("exit", (code, signal) => done(signal ? 130 : code));
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, forward);
  if (exitCode !== 0) {
    console.error("npm ci failed (see above). Fix the problem and run the command again");
    process.exit(exitCode);
  }
}

async function runCommand() {
  // The AWS SDK would announce which Node versions it supports next year, in the middle of a command's output.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const words = process.argv.slice(2);
  if (words.length === 1 && words[0] === "synth") return import("../synth/bundled.mjs");
  // Registers the loader that runs TypeScript.
  await import("tsx");
  await import(pathToFileURL(join(project, "cli/main.ts")).href);
}
