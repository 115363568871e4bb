/** When which npm packages are installed. Plain JavaScript without dependencies, since nothing else is there yet. */
const {
  INTERRUPTED,
  installAll,
  installFirst,
  installRest,
  missingPackages,
  othersHaveEnded,
} = require("../engine/npm-packages.cjs");

/** Commands that need no development dependency; a rehearsal begins without them, and installs them itself. */
const OF_A_SYNTH = ["help", "synth", "report", "paths", "invite", "export-consumer", "package", "rehearse"];

/**
 * A command that needs only the packages of a synth does not wait for the others, which are installed afterwards:
 * `npx cdktf` and the other commands need them.
 *
 * @param {string} command its first word
 * @returns what installs the others once the command has ended; undefined where nothing is to come
 */
async function installForCommand(command) {
  const early = OF_A_SYNTH.includes(command);
  await othersHaveEnded({ early });
  const missing = missingPackages();
  if (missing === undefined) return undefined;
  if (!early || missing !== "rest") {
    const why =
      missing === "some" ? "they differ from package-lock.json, or were installed in part" : "not installed yet";
    console.error(`Installing npm dependencies (${why}${early ? "; first what a synth needs" : ""}) …`);
    await orExit(early ? installFirst() : missing === "rest" ? installRest() : installAll());
  }
  return early ? installOthers : undefined;
}

async function installOthers() {
  // Whoever interrupted the command, or has to correct it, wants the prompt.
  if (process.exitCode || missingPackages() === undefined) return;
  console.error(
    "\nInstalling the other npm dependencies, for the cdktf command line and tests (Ctrl-C: the next command goes on) …",
  );
  await orExit(installRest());
}

/** @param {Promise<void>} installation */
async function orExit(installation) {
  try {
    await installation;
  } catch (error) {
    if (error.exitCode !== INTERRUPTED) console.error(error.message);
    process.exit(error.exitCode === INTERRUPTED ? INTERRUPTED : 1);
  }
}

module.exports = { installForCommand, OF_A_SYNTH };
