import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { newTemporaryFolder } from "../../../config/temporary-folder";

const CONTAINER = join(__dirname, "../../../container");

/** The programs of the image, bundled as the image has them. */
export interface Programs {
  /** Starts one, e.g. `server`, with these environment variables alone. */
  start(program: string, args: readonly string[], environment: Record<string, string>, cwd?: string): Running;
  /** Ends what still runs and removes the bundles. */
  remove(): void;
}

export interface Running {
  readonly process: ChildProcess;
  /** Log lines so far. */
  readonly lines: readonly LogLine[];
  /** Resolves once there is such a log line; rejects if the program ends before. */
  logged(wanted: (line: LogLine) => boolean): Promise<void>;
  /** Exit code, null if a signal ended it. */
  readonly exit: Promise<number | null>;
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
}

export function buildPrograms(): Programs {
  const folder = newTemporaryFolder("programs");
  execFileSync(process.execPath, [join(CONTAINER, "build.mjs"), folder], { stdio: "pipe" });
  const started: ChildProcess[] = [];
  return {
    start: (program, args, environment, cwd = CONTAINER) => {
      const child = spawn(process.execPath, [join(folder, `${program}.mjs`), ...args], {
        cwd,
        // Node.js 20 is good enough here; the image has a newer one.
        env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...environment },
        stdio: ["ignore", "pipe", "inherit"],
      });
      started.push(child);
      return follow(child);
    },
    remove: () => {
      for (const child of started) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The programs, and a server that they work with, for the tests around: there once these run. */
export function programsWith<Server extends { stop(): Promise<void> }>(start: () => Promise<Server>) {
  const there = {} as { programs: Programs; server: Server };
  beforeAll(async () => {
    there.programs = buildPrograms();
    there.server = await start();
  });
  afterAll(async () => {
    there.programs?.remove();
    await there.server?.stop();
  });
  return there;
}

function follow(child: ChildProcess): Running {
  const lines: LogLine[] = [];
  let rest = "";
  let check = () => {};
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as LogLine));
    check();
  });
  // "close" comes after the last output, "exit" may come before.
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const logged = (wanted: (line: LogLine) => boolean) =>
    new Promise<void>((resolve, reject) => {
      check = () => {
        if (lines.some(wanted)) resolve();
      };
      check();
      exit.then(() => reject(new Error(`the program ended; it had logged ${JSON.stringify(lines)}`)));
    });
  return { process: child, lines, logged, exit };
}
