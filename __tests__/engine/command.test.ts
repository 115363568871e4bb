import type { EventEmitter } from "node:events";
import { runCommand } from "../../engine/command";
import { INTERRUPTIONS } from "../../engine/interruptions.cjs";

const listeners = () => INTERRUPTIONS.map((event) => process.listenerCount(event));
const before = { exitCode: process.exitCode, listeners: listeners() };
afterEach(() => {
  process.exitCode = before.exitCode;
  expect(listeners()).toEqual(before.listeners);
});

test.each(INTERRUPTIONS)("%s reaches the work that listens", async (event) => {
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  await runCommand("example", async ({ stop }) => {
    (process as EventEmitter).emit(event, event);
    return stop.aborted ? 3 : 0;
  });
  said.mockRestore();
  expect(process.exitCode).toBe(3);
});

test("work that does not listen is left to the signal", async () => {
  await runCommand("example", async () => {
    expect(listeners()).toEqual(before.listeners);
    return 3;
  });
  expect(process.exitCode).toBe(3);
});

test("a child that does not read its input ends no command: SIGPIPE is left to Node.js, which ignores it", async () => {
  let listening = -1;
  await runCommand("example", async ({ stop }) => {
    listening = stop.aborted ? -1 : process.listenerCount("SIGPIPE");
    return 0;
  });
  expect(listening).toBe(0);
});
