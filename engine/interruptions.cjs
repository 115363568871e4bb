/** What the program emits on `process` once nothing reads its output any more. */
const OUTPUT_ENDED = "outputEnded";

/**
 * Events of `process` after which running work has to end. There is no SIGPIPE among them: whoever listens to it, and stops
 * again, leaves the process to the signal, which Node.js ignores otherwise; the next child that does not read its input
 * would end the program.
 */
const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP", OUTPUT_ENDED];

module.exports = { INTERRUPTIONS, OUTPUT_ENDED };
