import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Interruption } from "./interruption";

export interface ProcessOptions {
  /** Folder that the program starts in. */
  readonly cwd: string;
  /** The whole environment of the program; nothing else is inherited. */
  readonly env: NodeJS.ProcessEnv;
  /** File that gets a copy of everything printed; created with its folder, overwritten. */
  readonly logFile?: string;
  /** Called for each line of standard output; what it returns is what the log file gets. */
  readonly onLine?: (line: string) => string;
  /** What is typed into the program; nothing by default. */
  readonly input?: string;
  readonly interruption?: Interruption;
}

export interface ProcessResult {
  /** Exit code, or 128 + signal number as a shell would report it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a program to its end in a process group of its own, so that a Ctrl-C in the terminal reaches it only through us:
 * once as SIGINT when the interruption asks to stop (Terraform then stores its state and gives its lock back),
 * and as SIGKILL to the whole group when it asks to kill.
 *
 * @throws the operating system's error if the program can't be started, e.g. ENOENT
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  if (options.logFile !== undefined) mkdirSync(dirname(options.logFile), { recursive: true });
  const log = options.logFile === undefined ? undefined : createWriteStream(options.logFile);
  // A log that can't be written, e.g. on a full disk, must not end what it is about.
  log?.on("error", () => {});
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const stop = () => child.kill("SIGINT");
  const kill = () => killGroup(child.pid);
  options.interruption?.stop.addEventListener("abort", stop, { once: true });
  options.interruption?.kill.addEventListener("abort", kill, { once: true });

  const stdout: string[] = [];
  const stderr: string[] = [];
  const exit = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + ((signal && SIGNAL_NUMBERS[signal]) || 0)));
  });
  try {
    // A program that ends without reading closes the pipe; its exit code says what is wrong.
    child.stdin?.on("error", () => {});
    if (options.input !== undefined) child.stdin?.end(options.input);
    if (child.stdout) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        stdout.push(line);
        log?.write(`${options.onLine ? options.onLine(line) : line}\n`);
      });
    }
    if (child.stderr) {
      createInterface({ input: child.stderr }).on("line", (line) => {
        stderr.push(line);
        log?.write(`${line}\n`);
      });
    }
    if (options.interruption?.stop.aborted) stop();
    const exitCode = await exit;
    return { exitCode, stdout: stdout.join("\n"), stderr: stderr.join("\n") };
  } finally {
    options.interruption?.stop.removeEventListener("abort", stop);
    options.interruption?.kill.removeEventListener("abort", kill);
    await new Promise<void>((resolve) => (log && !log.destroyed ? log.end(() => resolve()) : resolve()));
  }
}

/** Ends a process group at once; a group that is gone already is no error. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
