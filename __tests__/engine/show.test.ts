import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { showPhases } from "../../engine/show";
import { bundle } from "../bundle";
import { inTerminal, KEYS } from "../terminal";

const script = bundle("__tests__/engine/show-steps.ts");
const program = (...words: string[]) => [script, ...words];

/** ESC, with which colours and cursor movements begin. */
const ESCAPE = "\u001b";

describe("in a terminal", () => {
  test("a step that works has a tick, one that fails a cross, one that did nothing neither", async () => {
    const { lines, exitCode } = await inTerminal(program("works", "fails", "skips"));
    expect(lines).toContain("✔ works: 3 resources (0 s)");
    expect(lines).toContain("✖ fails: failed (0 s)");
    expect(lines).toContain("– skips: not available (no Docker engine)");
    expect(lines.at(-1)).toBe("example: the bucket does not exist");
    expect(exitCode).toBe(1);
  });

  test("steps that all work leave no cross behind, and end with 0", async () => {
    const { written, exitCode } = await inTerminal(program("works"));
    expect(written).not.toContain("✖");
    expect(exitCode).toBe(0);
  });

  test("each stack has its own time, and one behind a failure is skipped with the reason", async () => {
    const { lines, exitCode } = await inTerminal(program("stacks"));
    expect(lines).toContain("✔ first (2 s)");
    expect(lines).toContain("✖ second: failed (0 s)");
    expect(lines).toContain("– third: skipped (second failed)");
    expect(lines.join("\n")).toContain("waits for others");
    expect(exitCode).toBe(1);
  });

  test("Ctrl-C ends the steps in an orderly way: no tick, no cross, a visible cursor, exit code 130", async () => {
    const { lines, written, exitCode } = await inTerminal(program("waits"), {
      typed: [{ when: /waits/, keys: KEYS.interrupt }],
    });
    expect(lines).toContain("– waits: interrupted (0 s)");
    expect(written).not.toMatch(/[✔✖]/);
    expect(written.lastIndexOf(`${ESCAPE}[?25l`)).toBeLessThanOrEqual(written.lastIndexOf(`${ESCAPE}[?25h`));
    expect(exitCode).toBe(130);
  });

  test("a narrow window shows every line to its end", async () => {
    const { written, lines, exitCode } = await inTerminal(program("works", "skips"), { columns: 24 });
    expect(lines.join(" ")).toMatch(/✔ works: 3 resources\s+\(0 s\)/);
    expect(lines.join(" ")).toMatch(/– skips: not available\s+\(no Docker engine\)/);
    expect(written).not.toContain("✖");
    expect(exitCode).toBe(0);
  });

  test("NO_COLOR takes the colours out and leaves the marks", async () => {
    const colours = new RegExp(`${ESCAPE}\\[[0-9;]*m`);
    const coloured = await inTerminal(program("works", "skips"));
    const { written, lines } = await inTerminal(program("works", "skips"), { env: { NO_COLOR: "1" } });
    expect(coloured.written).toMatch(colours);
    expect(written).not.toMatch(colours);
    expect(lines).toContain("✔ works: 3 resources (0 s)");
  });

  test.each([
    ["that can't rewrite lines", { env: { TERM: "dumb" } }],
    ["of a pipeline", { env: { CI: "true" } }],
    ["that does not know its width, as those of expect and script", { columns: 0 }],
    ["without room for a line", { columns: 5 }],
  ])("a terminal %s gets plain lines", async (_, terminal) => {
    const { written } = await inTerminal(program("works", "skips"), terminal);
    expect(written).not.toContain(ESCAPE);
    expect(written).toContain("✔ works: 3 resources (0 s)");
  });

  test.each([
    ["yes\r", 0],
    ["\r", 1],
    // Ctrl-D: the end of the input
    ["\u0004", 1],
  ])("a question that gets %j ends with %s", async (keys, exitCode) => {
    const run = await inTerminal(program("asks"), { typed: [{ when: /Continue\?/, keys }] });
    expect(run.exitCode).toBe(exitCode);
  });

  test("a question is in the terminal, also where the output goes into a file", async () => {
    const run = `require("child_process").spawnSync(process.execPath, ${JSON.stringify(program("asks"))}, { stdio: [0, "ignore", 2] })`;
    const { lines } = await inTerminal(["-e", run], { typed: [{ when: /Continue\?/, keys: "yes\r" }] });
    expect(lines.join("\n")).toContain("Continue?");
  });

  test("CI=false is no pipeline", async () => {
    const { written } = await inTerminal(program("works"), { env: { CI: "false" } });
    expect(written).toContain(ESCAPE);
  });

  test("a window that becomes lower gets no more lines at a time than it shows", async () => {
    const { written, lines } = await inTerminal(program("many"), { typed: [{ when: /step 29/, rows: 8 }] });
    const [, ...frames] = written.split(`${ESCAPE}[G`).map((frame) => frame.split("\n").length);
    // The last one is the outcome, which stays.
    expect(frames.slice(-3, -1).every((height) => height <= 8)).toBe(true);
    expect(lines.filter((line) => /^✔ step \d+ \(/.test(line)).length).toBeGreaterThanOrEqual(30);
  });
});

test("headings are numbered, and say how long is left where the last time is known", async () => {
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
  const works = [{ title: "works", run: async () => undefined }];
  const again = showPhases(2, 8 * 60_000 + 10_000);
  await again("Apply", works);
  jest.spyOn(Date, "now").mockReturnValue(Date.now() + 9 * 60_000);
  await again("Destroy", works);
  await showPhases(1)("Apply", works);
  const headings = printed.mock.calls.flat().filter((line) => String(line).includes("Step"));
  jest.restoreAllMocks();
  expect(headings).toEqual([
    "\nStep 1 of 2: Apply (about 8 min left)",
    "\nStep 2 of 2: Destroy",
    "\nStep 1 of 1: Apply",
  ]);
});

test("without a terminal, one plain line a step", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, program("works", "skips"));
  expect(stdout.split("\n")).toEqual([
    "",
    "Example",
    "– skips: not available (no Docker engine)",
    "✔ works: 3 resources (0 s)",
    "",
  ]);
});
