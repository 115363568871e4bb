import { INTERRUPTED_EXIT_CODE, Interrupted, type Interruption, listenForInterruption } from "./terraform/interruption";
import { nextStepOfCall } from "./terraform/next-step";

const NEVER: Interruption = { stop: new AbortController().signal, kill: new AbortController().signal };

/**
 * Runs a command's work with signals listened to, and turns what it throws into one message: a user's mistake has no
 * stack trace.
 *
 * @param work returns the exit code; work that takes no interruption is ended by a signal at once
 */
export async function runCommand(name: string, work: (interruption: Interruption) => Promise<number>): Promise<void> {
  const interruption = work.length > 0 ? listenForInterruption((message) => console.error(`\n${message}`)) : undefined;
  try {
    process.exitCode = await work(interruption ?? NEVER);
  } catch (error) {
    if (error instanceof Interrupted) {
      console.error(`${name}: interrupted; Terraform has stored its state and given its lock back`);
      process.exitCode = INTERRUPTED_EXIT_CODE;
    } else {
      console.error(`\n${name}: ${inWords(error)}`);
      process.exitCode = 1;
    }
  } finally {
    interruption?.release();
  }
}

/** What went wrong and what to do, without a stack trace. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A host with several addresses refuses several times; the error that holds these has no message.
  const [reason = error] = error instanceof AggregateError ? (error.errors as Error[]) : [];
  const next = reason.message.includes("next: ") ? undefined : nextStepOfCall(reason);
  return `${reason.message}${next === undefined ? "" : `\n  next: ${next}`}`;
}
