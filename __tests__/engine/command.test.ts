import { runCommand } from "../../engine/command";

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"] as const;
const listeners = () => signals.map((signal) => process.listenerCount(signal));
const before = { exitCode: process.exitCode, listeners: listeners() };
afterEach(() => {
  process.exitCode = before.exitCode;
  expect(listeners()).toEqual(before.listeners);
});

test.each(signals)("%s reaches the work that listens", async (signal) => {
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  await runCommand("example", async ({ stop }) => {
    process.emit(signal, signal);
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
