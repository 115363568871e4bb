#!/usr/bin/env node
/**
 * The program: `npx ecs-privatelink <command> …`. It checks the Node.js version, installs the npm dependencies if they are
 * missing or differ from package-lock.json, then runs the command in this same process. Plain JavaScript without
 * dependencies, since nothing else is there yet.
 */
import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { OUTPUT_ENDED } from "../engine/interruptions.cjs";
import { installForCommand } from "./installation.cjs";

const project = dirname(dirname(fileURLToPath(import.meta.url)));

checkNode(JSON.parse(readFileSync(join(project, "package.json"), "utf8")).engines.node);
process.chdir(project);
endWithReader();
checkTemporaryFolder();
keepThisMachineFromProxy();
leaveOutWarningOfCdktf();
const installOthers = await installForCommand(process.argv[2] ?? "help");
await runCommand();
await installOthers?.();

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

/** The compiler of TypeScript writes there before any command begins, and would leave with a stack trace. */
function checkTemporaryFolder() {
  const folder = tmpdir();
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    console.error(`${error.message}\nSet TMPDIR to a folder for temporary files that exists and can be written`);
    process.exit(1);
  }
}

/** With NODE_USE_ENV_PROXY, Node.js sends even what is for this machine, such as the emulated AWS, to the proxy. */
function keepThisMachineFromProxy() {
  const { NODE_USE_ENV_PROXY, NO_PROXY, no_proxy: lowerCase } = process.env;
  const excluded = lowerCase ?? NO_PROXY;
  if (!NODE_USE_ENV_PROXY || excluded === "*") return;
  const all = [excluded, "127.0.0.1", "localhost"].filter(Boolean).join(",");
  Object.assign(process.env, { NO_PROXY: all, ...(lowerCase !== undefined && { no_proxy: all }) });
}

/** CDKTF, which is archived, calls `util.isArray`: Node.js 24 and later would warn at every synth, and no user can act on it. */
function leaveOutWarningOfCdktf() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!rest.includes("DEP0044")) emitWarning.call(process, warning, ...rest);
  };
}

/**
 * `| head` ends before the output does, and a terminal can be closed. Work that is under way then stops as at a Ctrl-C,
 * anything else ends at once: Node.js would leave with a stack trace, and Terraform alone.
 */
function endWithReader() {
  let ended = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", ({ code, message }) => {
      // What is still said has no reader either.
      if (ended) return;
      ended = true;
      const left = code === "EPIPE" || code === "EIO";
      if (!left) console.error(`The output cannot be written: ${message}`);
      // 141 is what shells report of SIGPIPE.
      if (!process.emit(OUTPUT_ENDED, "end of the output")) process.exit(left ? 141 : 1);
    });
  }
}

async function runCommand() {
  // The AWS SDK would announce which Node versions it supports next year, in the middle of a command's output.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  // Terraform and the AWS provider allocate hundreds of megabytes for the provider's schema, and Go's default would collect
  // garbage all the while: docs/performance.md.
  process.env.GOGC ??= "400";
  const words = process.argv.slice(2);
  if (words.length === 1 && words[0] === "synth") return import("../synth/bundled.mjs");
  // Registers the loader that runs TypeScript.
  await import("tsx");
  const { main } = createRequire(import.meta.url)("./program.ts");
  await main(words);
}
