import { INTERRUPTED_EXIT_CODE, Interrupted, type Interruption, listenForInterruption } from "./terraform/interruption";

/**
 * Runs a command's work with signals listened to, and turns what it throws into one message: a user's mistake has no
 * stack trace.
 *
 * @param work returns the exit code
 */
export async function runCommand(name: string, work: (interruption: Interruption) => Promise<number>): Promise<void> {
  const interruption = listenForInterruption((message) => console.error(`\n${message}`));
  try {
    process.exitCode = await work(interruption);
  } catch (error) {
    if (error instanceof Interrupted) {
      console.error(`${name}: interrupted; Terraform has stored its state and given its lock back`);
      process.exitCode = INTERRUPTED_EXIT_CODE;
    } else {
      console.error(`\n${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  } finally {
    interruption.release();
  }
}
