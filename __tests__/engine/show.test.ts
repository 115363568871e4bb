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

  test("Ctrl-C ends the steps in an orderly way: no tick, no cross, a visible cursor, exit code 130", async () => {
    const { lines, written, exitCode } = await inTerminal(program("waits"), {
      typed: [{ when: /waits/, keys: KEYS.interrupt }],
    });
    expect(lines).toContain("– waits: interrupted (0 s)");
    expect(written).not.toMatch(/[✔✖]/);
    expect(written.lastIndexOf(`${ESCAPE}[?25l`)).toBeLessThanOrEqual(written.lastIndexOf(`${ESCAPE}[?25h`));
    expect(exitCode).toBe(130);
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
