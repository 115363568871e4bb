import { type EventEmitter, setMaxListeners } from "node:events";
import { INTERRUPTIONS } from "../interruptions.cjs";

/** How a person's Ctrl-C, or SIGTERM, SIGHUP and the end of who reads the output, reach running work. */
export interface Interruption {
  /** Aborted by the first signal: stop in an orderly way. */
  readonly stop: AbortSignal;
  /** Aborted by the second one: end everything at once. */
  readonly kill: AbortSignal;
}

/** Thrown by work that stopped because it was asked to. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("interrupted");
  }
}

/** Exit code of a command that was interrupted, as shells report SIGINT. */
export const INTERRUPTED_EXIT_CODE = 130;

/**
 * A terminal gives Ctrl-C to every process of the foreground group, and npm may pass it on once more: what arrives
 * within this time is the same key press.
 */
const SAME_KEY_PRESS_MS = 1000;

/** npm that gets SIGTERM ends the shell it started, but not what the shell runs: a change of parent tells. */
const PARENT_CHECK_MS = 500;

/**
 * Listens for signals until `release` is called.
 *
 * @param say called once with what happens next, for the person at the keyboard
 */
export function listenForInterruption(say: (message: string) => void): Interruption & { release(): void } {
  const stop = new AbortController();
  const kill = new AbortController();
  // Every running process listens. Without this, Node.js warns of a leak at the eleventh.
  setMaxListeners(Number.POSITIVE_INFINITY, stop.signal, kill.signal);
  let first = 0;
  const onSignal = (signal: string) => {
    if (!stop.signal.aborted) {
      first = Date.now();
      say(`${signal}: stopping; interrupt again to end everything immediately, which may leave a lock behind`);
      stop.abort(new Interrupted());
    } else if (Date.now() - first > SAME_KEY_PRESS_MS && !kill.signal.aborted) {
      say(`${signal}: ending everything immediately`);
      kill.abort(new Interrupted());
    }
  };
  const events: EventEmitter = process;
  for (const event of INTERRUPTIONS) events.on(event, onSignal);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent && !stop.signal.aborted) {
      onSignal("end of npm");
    }
  }, PARENT_CHECK_MS).unref();
  return {
    stop: stop.signal,
    kill: kill.signal,
    release: () => {
      clearInterval(watch);
      for (const event of INTERRUPTIONS) events.off(event, onSignal);
    },
  };
}
