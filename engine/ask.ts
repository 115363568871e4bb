import { createInterface } from "node:readline/promises";
import { Interrupted, type Interruption } from "./terraform/interruption";

/** Asks the person at the keyboard. */
export async function ask(question: string, { stop }: Pick<Interruption, "stop">): Promise<string> {
  // Without readline's own line editing, Ctrl-C remains a signal.
  const terminal = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  try {
    return (await terminal.question(question, { signal: stop })).trim();
  } catch (error) {
    throw stop.aborted ? new Interrupted() : error;
  } finally {
    terminal.close();
  }
}
