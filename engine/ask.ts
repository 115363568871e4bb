import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { forQuestions } from "./terminal";
import { Interrupted, type Interruption } from "./terraform/interruption";

/**
 * Asks the person at the keyboard.
 *
 * @returns an empty text also for the end of the input (Ctrl-D)
 */
export async function ask(question: string, { stop }: Pick<Interruption, "stop">): Promise<string> {
  // Without readline's own line editing, Ctrl-C remains a signal.
  const terminal = createInterface({ input: process.stdin, output: forQuestions(), terminal: false });
  try {
    // A question whose input ends is never answered, and Node.js would leave with exit code 0.
    const ended = once(terminal, "close").then(() => "");
    return (await Promise.race([terminal.question(question, { signal: stop }), ended])).trim();
  } catch (error) {
    throw stop.aborted ? new Interrupted() : error;
  } finally {
    terminal.close();
  }
}
