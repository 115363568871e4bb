import { createRequire } from "node:module";
import { projectPath } from "../config/project";

/** The pseudo-terminals that the cdktf command line itself works with, so that none is installed a second time. */
const { spawn } = createRequire(projectPath("node_modules/@cdktf/cli-core/package.json"))(
  "@cdktf/node-pty-prebuilt-multiarch",
) as {
  spawn(
    file: string,
    args: readonly string[],
    options: { name: string; cols: number; rows: number; cwd: string; env: NodeJS.ProcessEnv },
  ): {
    onData(listener: (data: string) => void): void;
    resize(cols: number, rows: number): void;
    onExit(listener: (end: { readonly exitCode: number }) => void): void;
    write(keys: string): void;
  };
};

/** What a terminal got, and how the program in it ended. */
export interface TerminalRun {
  /** Everything that was written, escape sequences included. */
  readonly written: string;
  /** The last state of each line, without escape sequences; blank lines left out. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

export interface Typed {
  /** Waits until the terminal shows this … */
  readonly when: RegExp;
  /** … then types this … */
  readonly keys?: string;
  /** … or makes the window this high. */
  readonly rows?: number;
}

export const KEYS = { enter: "\r", down: "\u001b[B", interrupt: "\u0003" } as const;

/** A terminal that has nothing new for so long has shown all. */
const QUIET_MS = 50;

/** Runs a Node.js program in a pseudo-terminal of its own, as a person does. */
export function inTerminal(
  args: readonly string[],
  { columns = 100, env = {}, typed = [] }: { columns?: number; env?: NodeJS.ProcessEnv; typed?: readonly Typed[] } = {},
): Promise<TerminalRun> {
  // Jest's own process is no terminal and may be in a pipeline; a person's is.
  const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...own } = process.env;
  // A terminal without a size can be made from inside only.
  const command =
    columns === 0 ? ["sh", "-c", 'stty cols 0 rows 0; exec "$0" "$@"', process.execPath] : [process.execPath];
  const [file = "", ...words] = [...command, ...args];
  const terminal = spawn(file, words, {
    name: env.TERM ?? "xterm-256color",
    cols: columns,
    rows: 40,
    cwd: projectPath(),
    env: { ...own, LANG: "C.UTF-8", ...env },
  });
  let written = "";
  let seen = 0;
  const waiting = [...typed];
  return new Promise((resolve) => {
    terminal.onData((data) => {
      written += data;
      const [next] = waiting;
      const found = next?.when.exec(plain(written.slice(seen)));
      if (next === undefined || !found) return;
      waiting.shift();
      seen = written.length;
      if (next.keys !== undefined) terminal.write(next.keys);
      if (next.rows !== undefined) terminal.resize(columns, next.rows);
    });
    terminal.onExit(({ exitCode }) => {
      // The last that was written may arrive after the end of the program.
      const whenAllHasArrived = (length: number): unknown =>
        setTimeout(() => {
          if (written.length > length) {
            whenAllHasArrived(written.length);
            return;
          }
          const lines = plain(written)
            .split(/\r?\n/)
            .map((line) => line.split("\r").at(-1)?.trim() ?? "");
          resolve({ written, lines: lines.filter((line) => line !== ""), exitCode });
        }, QUIET_MS);
      whenAllHasArrived(written.length);
    });
  });
}

/** Text without the sequences that move the cursor, delete lines or set colours. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
  return text.replace(/\u001b(\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[()][A-Z0-9]|[=>78])/g, "");
}
