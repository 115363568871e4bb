import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRunFolder } from "../../../proof/lab/run-folder";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "run-folder-"));
});
afterEach(() => rmSync(project, { recursive: true }));

const NOW = new Date("2026-01-02T03:04:05Z");

test("a run has a folder named after its start, which latest leads to", () => {
  const run = createRunFolder(project, NOW);
  expect(run.path).toBe(join(project, ".rehearsal/runs/2026-01-02T03-04-05"));
  expect(readlinkSync(join(project, ".rehearsal/latest"))).toBe("runs/2026-01-02T03-04-05");
  for (const folder of [run.logs, run.states, run.synth]) expect(existsSync(folder)).toBe(true);
});

test("two runs within a second don't share a folder", () => {
  expect(createRunFolder(project, NOW).path).not.toBe(createRunFolder(project, NOW).path);
});

test("the last five runs are kept", () => {
  for (let second = 0; second < 7; second++) createRunFolder(project, new Date(NOW.getTime() + second * 1000));
  expect(readdirSync(join(project, ".rehearsal/runs"))).toHaveLength(5);
});
