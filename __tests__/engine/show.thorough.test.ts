import { bundle } from "../bundle";
import { inTerminal } from "../terminal";

const script = bundle("__tests__/engine/show-steps.ts");
const program = (...words: string[]) => [script, ...words];

/** ESC, with which colours and cursor movements begin. */
const ESCAPE = "\u001b";

describe("in a terminal", () => {
  test("each stack has its own time, and one behind a failure is skipped with the reason", async () => {
    const { lines, exitCode } = await inTerminal(program("stacks"));
    expect(lines).toContain("✔ first (2 s)");
    expect(lines).toContain("✖ second: failed (0 s)");
    expect(lines).toContain("– third: skipped (second failed)");
    expect(lines.join("\n")).toContain("waits for others");
    expect(exitCode).toBe(1);
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
